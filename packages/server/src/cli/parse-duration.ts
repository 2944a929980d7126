import { InvalidArgumentError, Option } from 'commander'

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a duration option, such as `30m`, `24h` or `7d`, as milliseconds. Without a unit it is seconds. */
export function parseDuration(text: string): number {
  const parts = /^(\d{1,6})([smhd])?$/.exec(text)
  const unit = unitMs[parts?.[2] ?? 's']
  if (parts === null || unit === undefined) throw new InvalidArgumentError('use a number followed by s, m, h or d, such as 24h')
  return Number(parts[1]) * unit
}

/** An option that takes a duration. Help shows the default as people write it. */
export function durationOption(flags: string, help: string, usual: string, parse: (text: string) => number = parseDuration): Option {
  return new Option(flags, help).argParser(parse).default(parse(usual), usual)
}
