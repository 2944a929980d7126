interface Standing {
  isComplete: boolean
  completeFrom?: string | undefined
  backfill?: { status: 'running' | 'done' | 'failed' | 'interrupted'; progress: number; instances: number; entities: number } | undefined
}

/** Whether rules can rely on a feature yet, in a few words. `isWaiting`: rules on it do not fire. */
export function completeness({ isComplete, backfill }: Standing): { words: string; isWaiting: boolean } {
  if (backfill?.status === 'running') return { words: `filling, ${Math.floor(backfill.progress * 100)} %`, isWaiting: !isComplete }
  if (isComplete) return { words: 'complete', isWaiting: false }
  if (backfill?.status === 'failed') return { words: 'filling failed', isWaiting: true }
  if (backfill?.status === 'interrupted') return { words: 'filling was interrupted', isWaiting: true }
  return { words: 'still counting up', isWaiting: true }
}
