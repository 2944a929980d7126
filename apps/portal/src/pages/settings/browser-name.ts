const names = { Edg: 'Edge', OPR: 'Opera', Firefox: 'Firefox', Chrome: 'Chrome', Safari: 'Safari' } as const
const systems = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
] as const

/** A word for people: `Chrome on macOS`. */
export function browserName(userAgent = ''): string {
  const found = /(Edg|OPR|Firefox)\//.exec(userAgent)?.[1] ?? /(Chrome|Safari)\//.exec(userAgent)?.[1]
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = found === undefined ? 'an unknown browser' : names[found as keyof typeof names]
  return system === undefined ? browser : `${browser} on ${system}`
}
