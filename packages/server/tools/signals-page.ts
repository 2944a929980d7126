import { type SignalDefinition, signalRegistry } from '@sallyport/engine'

const registry: readonly SignalDefinition[] = signalRegistry

const families: Record<SignalDefinition['family'], { title: string; text: string }> = {
  ip: {
    title: 'Address',
    text: 'Facts about the IP address, its use by everybody, and its use by this user. They need `ipAddress`: the address of the client, never that of your own proxy.',
  },
  device: {
    title: 'Device',
    text: 'What the user agent says about the device, and what is remembered about the device id. They need `userAgent` and `deviceId`.',
  },
  user: { title: 'User', text: 'The stored data of the user, and their behaviour so far.' },
  velocity: {
    title: 'Velocity',
    text: 'How much has happened recently, including the event itself. A tenant can also declare features of its own and read them as `velocity.<name>`.',
  },
  time: { title: 'Time', text: "In the user's local time if the time zone of the address is known, otherwise in UTC." },
  risk: { title: 'Risk', text: 'How unusual the action is for this user, compared with what is usual for everybody.' },
  authenticator: { title: 'Authenticators', text: "Facts about the user's passkeys and other authenticators." },
}

const types: Record<SignalDefinition['type'], string> = {
  boolean: 'true or false',
  number: 'number',
  string: 'text',
  strings: 'list of texts',
}

/** The text of `docs/signals.md`. */
export function signalsPage(): string {
  const used = (Object.keys(families) as SignalDefinition['family'][]).filter((family) =>
    registry.some((signal) => signal.family === family),
  )
  return `# Signals

<!-- Made by packages/server/tools/write-docs.ts from the registry of signals. Edit that. -->

A signal is one fact about a tracked action. The server derives all signals for every action, and a rule can test any of them: \`{ "var": "ip.isAnonymous" }\`.
Signal names are permanent. [Rules](rules/README.md) explains how to write a rule.

A signal that cannot be known has no value. It has a reason instead:

| reason | when |
|---|---|
| \`not_provided\` | the application did not send the data it is derived from |
| \`not_applicable\` | it does not apply here: there is no history yet, or the address is private |
| \`unavailable\` | it should be known, but a data set is missing or stale, or a look-up failed |

No comparison with a missing signal holds, and neither does its negation; \`isMissing\` tests for it. [Missing values](rules/missing-values.md) explains what
a rule does in that case.

Every decision stores the values it saw, so an old decision can be explained as it was made.

${used.map((family) => section(family)).join('\n')}
## Your own data

| name | type | what it is |
|---|---|---|
| \`custom.<name>\` | as declared | the value the application sent as \`custom.<name>\`. Declare it as an action data point first |
| \`user.custom.<name>\` | as declared | the value stored with the user under that name. Declare it as a user data point first |
| \`velocity.<name>\` | number | a [velocity feature](velocity.md) that the tenant declared |
| \`lists.<alias>\` | list | a value list, for \`in\` and \`inCidr\`. A look-up takes about the same time for ten entries and for a million |
`
}

function section(family: SignalDefinition['family']): string {
  const { title, text } = families[family]
  return `## ${title}

${text}

| signal | type | what it is | example |
|---|---|---|---|
${registry
  .filter((signal) => signal.family === family)
  .map(row)
  .join('\n')}
`
}

function row({ name, aliases = [], type, meaning, values, unit, example }: SignalDefinition): string {
  const others = aliases.length === 0 ? '' : `, also ${aliases.map((alias) => `\`${alias}\``).join(', ')}`
  const kind = unit === undefined ? types[type] : `${types[type]} (${unit})`
  const choice = values === undefined ? '' : `: ${values.map((value) => `\`${value}\``).join(', ')}`
  return `| \`${name}\`${others} | ${kind} | ${escaped(meaning)}${choice} | \`${escaped(JSON.stringify(example))}\` |`
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
