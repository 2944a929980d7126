import type { PolicyDraft } from './policy-draft.ts'

/** A draft with the policy it was made from, for the view of three when that has moved. */
export interface KeptDraft {
  base: { version: number; policy: PolicyDraft }
  draft: PolicyDraft
}

const prefix = 'sallyport.draft'
const drafts = new Map<string, KeptDraft | undefined>()
const listeners = new Set<() => void>()

/** One draft for each tenant, admin and action. */
export function draftKey({ tenantId, adminId = '' }: { tenantId: string; adminId?: string }, actionCode: string): string {
  return [prefix, ...[tenantId, adminId, actionCode].map(encodeURIComponent)].join('/')
}

/** The same object until it changes. */
export function keptDraft(key: string): KeptDraft | undefined {
  if (!drafts.has(key)) drafts.set(key, read(key))
  return drafts.get(key)
}

/** `undefined` forgets it. Where the browser keeps nothing, the draft lives as long as the page. */
export function keepDraft(key: string, kept: KeptDraft | undefined): void {
  drafts.set(key, kept)
  try {
    if (kept === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // The storage is full or forbidden.
  }
  for (const listener of listeners) listener()
}

export function onDrafts(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(key: string): KeptDraft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as KeptDraft | null
    return kept !== null && Array.isArray(kept.draft?.rules) && Array.isArray(kept.base?.policy?.rules) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Other tabs of the same admin change the same draft. */
if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key }) => {
    if (key !== null && !key.startsWith(prefix)) return
    if (key === null) drafts.clear()
    else drafts.delete(key)
    for (const listener of listeners) listener()
  })
}
