import type { PastInstance } from '../stored/past-instance.ts'

/** Instances by the time they reached their last state, earliest first: a binary heap. */
export interface PendingSettlements {
  add(instance: PastInstance): void
  /** Removes and returns the earliest instance, if it happened by this time. */
  takeUntil(at: number): PastInstance | undefined
}

export function createPendingSettlements(): PendingSettlements {
  const heap: PastInstance[] = []
  const timeAt = (index: number) => (heap[index] as PastInstance).stateUpdatedAt
  function swap(a: number, b: number): void {
    const held = heap[a] as PastInstance
    heap[a] = heap[b] as PastInstance
    heap[b] = held
  }
  return {
    add(instance) {
      heap.push(instance)
      for (let index = heap.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1
        if (timeAt(parent) <= timeAt(index)) break
        swap(parent, index)
        index = parent
      }
    },
    takeUntil(at) {
      if (heap.length === 0 || timeAt(0) > at) return undefined
      swap(0, heap.length - 1)
      const earliest = heap.pop()
      for (let index = 0; ; ) {
        let least = index
        for (const child of [2 * index + 1, 2 * index + 2]) if (child < heap.length && timeAt(child) < timeAt(least)) least = child
        if (least === index) return earliest
        swap(index, least)
        index = least
      }
    },
  }
}
