/**
 * What of an accepted action is compared, finest first within a feature: address → network → country; user agent → browser → operating system → kind of
 * device; hour. Positions are stored with profiles and population statistics: append, never reorder.
 */
export const levels = ['address', 'network', 'country', 'userAgent', 'browser', 'os', 'deviceType', 'hour'] as const

export type Level = (typeof levels)[number]

/** One action's value at each level. `null`: not known, or it says nothing about who acts. */
export type LevelValues = readonly (string | number | null)[]
