import { type SignalDefinition, signalRegistry } from '@sallyport/engine'

const registry: readonly SignalDefinition[] = signalRegistry

const families: Record<SignalDefinition['family'], { title: string; text: string }> = {
  ip: {
    title: 'Address',
    text: 'What is known of the IP address, of everybody and of this user. They need `ipAddress` to be tracked: the address of the client, never that of your own proxy.',
  },
  device: {
    title: 'Device',
    text: 'What the user agent says of itself, and what is remembered of the device id. They need `userAgent` and `deviceId`.',
  },
  user: { title: 'User', text: 'What is on record of the user, and how they have behaved before.' },
  velocity: {
    title: 'Velocity',
    text: 'How much has happened lately, the event itself included. Besides these, a tenant declares features of its own, read as `velocity.<name>`.',
  },
  time: { title: 'Time', text: "In the user's local time where the time zone of the address is known, else in UTC." },
  risk: { title: 'Risk', text: 'How unusual all of it is for this user, compared with what is usual for everybody.' },
  authenticator: { title: 'Authenticators', text: 'What is known of the passkeys and other proofs of the user.' },
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

A signal is one fact that is derived for every tracked action and that a rule can test: \`{ "var": "ip.isAnonymous" }\`. Names are permanent. How rules
are written is in [rules.md](rules.md).

A signal that cannot be known has no value, and a reason why:

| reason | when |
|---|---|
| \`not_provided\` | the application did not send what it is derived from |
| \`not_applicable\` | it has no meaning here: no history yet, a private address |
| \`unavailable\` | it should be known, but a data set is missing or stale, or a look-up failed |

No comparison with a missing signal holds, negated or not; \`isMissing\` asks for it. What a rule does then is told in
[rules.md](rules.md#what-is-not-known).

Every decision keeps the values it saw, so an old one can be explained as it was.

${used.map((family) => section(family)).join('\n')}
## Your own data

| name | type | what it is |
|---|---|---|
| \`custom.<name>\` | as declared | what the application tracked as \`custom.<name>\`. Declare it as a data point of actions first |
| \`user.custom.<name>\` | as declared | what is on record of the user under that name. Declare it as a data point of users first |
| \`velocity.<name>\` | number | a velocity feature the tenant declares |
| \`lists.<alias>\` | list | a value list, for \`in\` and \`inCidr\`. A look-up takes the same time for ten entries and for a million |
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
