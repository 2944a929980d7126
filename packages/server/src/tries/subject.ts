import { hash } from 'node:crypto'

/** What is counted, by a name that the store keeps. Parts that are addresses or destinations go in hashed: see `hashed`. */
export function subjectOf(kind: string, ...parts: readonly string[]): string {
  return parts.length === 0 ? kind : `${kind} ${JSON.stringify(parts)}`
}

/** Stands for an address, a mail address or a phone number in a subject, so that no count shows whom it is about. */
export function hashed(text: string): string {
  return hash('sha256', text, 'buffer').toString('base64url', 0, 16)
}

/** What a stored name says: its kind, and the parts that name what is counted. */
export function readSubject(subject: string): { kind: string; parts: readonly string[] } {
  const at = subject.indexOf(' [')
  return at < 0 ? { kind: subject, parts: [] } : { kind: subject.slice(0, at), parts: JSON.parse(subject.slice(at + 1)) as string[] }
}
