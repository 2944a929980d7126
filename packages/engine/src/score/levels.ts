/**
 * The parts of an accepted action that are compared, finest first within a feature: address → network → country; user agent → browser →
 * operating system → kind of device; hour. Profiles and population statistics store the positions: append, never reorder.
 */
export const levels = ['address', 'network', 'country', 'userAgent', 'browser', 'os', 'deviceType', 'hour'] as const

export type Level = (typeof levels)[number]

/** One action's value at each level. `null`: not known, or it says nothing about who acts. */
export type LevelValues = readonly (string | number | null)[]
