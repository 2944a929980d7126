import type { Line } from './line.ts'

/** One part of a message. The plain text and the HTML are made of the same parts, in this order. */
export type Part =
  | { kind: 'paragraph'; line: Line }
  /** Labels with values, such as when and from where. */
  | { kind: 'facts'; rows: readonly (readonly [label: string, value: Line])[] }
  /** A link to a page of ours. Its address is shown, too: some people read plain text, and some trust no button. */
  | { kind: 'link'; label: string; url: string }
  /** Digits that are typed in by hand. */
  | { kind: 'code'; label: string; code: string }
