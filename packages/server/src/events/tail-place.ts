import { createHash } from 'node:crypto'
import type { Instance } from '@sallyport/engine'

/** How far a live tail has come: `Last-Event-ID`. */
export interface TailPlace {
  /** Milliseconds UTC: when the newest event that was sent was tracked. */
  at: number
  /** The events of that millisecond that were sent, by `tailMark`. */
  marks: readonly string[]
  /** The last entry of the tenant's audit log that was looked at: every change of an event leaves one. */
  sequence: number
}

const mostMarks = 32

export function writeTailPlace({ at, marks, sequence }: TailPlace): string {
  return [at, sequence, ...marks.slice(-mostMarks)].join('-')
}

/** `undefined`: not written by `writeTailPlace`. */
export function readTailPlace(text: string): TailPlace | undefined {
  if (!/^\d{1,15}-\d{1,15}(-[0-9a-f]{8}){0,32}$/.test(text)) return undefined
  const [at, sequence, ...marks] = text.split('-')
  return { at: Number(at), sequence: Number(sequence), marks }
}

/** The name of an event within its tenant. */
export function eventName({ userId, action, idempotencyKey }: Pick<Instance, 'userId' | 'action' | 'idempotencyKey'>): string {
  return JSON.stringify([userId, action, idempotencyKey])
}

/** Tells the events of one millisecond apart. */
export function tailMark(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8)
}
