import type { Command } from 'commander'

/** Flags with the parameter of `GET events` that each stands for. */
const flags = [
  ['--user-id <id>', 'userId', 'only events of this user'],
  ['--ip-address <address>', 'ipAddress', 'only events from this address, or range of addresses (CIDR)'],
  ['--device-id <id>', 'deviceId', 'only events of this device'],
  ['--action <codes>', 'action', 'only these actions, comma-separated'],
  ['--state <states>', 'state', 'only events in one of these states, comma-separated'],
  ['--rule-id <id>', 'ruleId', 'only events that this rule matched'],
  ['--decided-by <id>', 'decidedBy', 'only events whose outcome this rule gave; none: the default outcome'],
  ['--is-alone <yes>', 'isAlone', 'yes: only events that exactly one active rule matched; no: only the others'],
  ['--shadow-rule-id <id>', 'shadowRuleId', 'only events that this rule in shadow mode would have matched'],
  ['--outcome <outcomes>', 'outcome', 'only events with one of these outcomes as decided at first, comma-separated'],
  ['--custom <comparisons>', 'custom', 'only events whose custom data compare so, comma-separated: amount>2000,currency=EUR'],
  ['--label <label>', 'label', 'only events labelled good or fraud, or none of them (none)'],
  ['--is-disputed <yes>', 'isDisputed', 'yes: only disputed events; no: only the others'],
  ['--country <codes>', 'country', 'only events from these countries, comma-separated; none: not known'],
  ['--text <words>', 'text', 'only events that have each word, or a word that begins so'],
] as const
const rangeFlags = [
  ['--from <time>', 'from', 'only events since this time: ISO 8601, or an age such as -3h'],
  ['--to <time>', 'to', 'only events before this time'],
] as const

/** Adds the flags of a search. `live`: without a range of time. */
export function addEventFlags(command: Command, { live = false }: { live?: boolean } = {}): Command {
  for (const [flag, , help] of [...flags, ...(live ? [] : rangeFlags)]) command.option(flag, help)
  return command
}

/** The parameters of a search, from its flags. The server says what is wrong with them. */
export function eventQueryOf(options: Readonly<Record<string, unknown>>): URLSearchParams {
  const query = new URLSearchParams()
  for (const [, name] of [...flags, ...rangeFlags]) {
    const value = options[name]
    if (typeof value === 'string') query.set(name, value)
  }
  return query
}
