import type { Command } from 'commander'
import type { UserProfile } from '../users/profile-json.ts'
import { addRemoteSettings, print } from './command-file.ts'
import { plainText } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

/** `users profile`: what is usual for a user. */
export function addUsersProfile(users: Command): void {
  const command = users.command('profile <userId>').description('print what is usual for a user, and why')
  addRemoteSettings(command)
    .option('--json', 'as JSON, as in a pipe')
    .action(async (userId: string, options: Record<string, unknown>) => {
      const profile: UserProfile = await clientOf(options).get(`/users/${encodeURIComponent(userId)}/profile`)
      if (!process.stdout.isTTY || options.json === true) return print(JSON.stringify(profile, null, 2))
      for (const line of profileLines(profile)) print(line)
    })
}

/** A profile as lines for people. Texts that users send are made harmless for a terminal. */
export function profileLines({ sentence, addresses, devices, countries, asns, hours }: UserProfile): string[] {
  const counted = (name: unknown, times: number) => `${plainText(name)} (${times})`
  return [
    plainText(sentence),
    ...addresses.map((one) => `address   ${plainText(one.address)}  ${plainText(one.sentence)}`),
    ...devices.map(
      (one) =>
        `device    ${plainText(one.deviceId ?? '-')}  ${plainText([one.browser, one.os].filter(Boolean).join(' on '))}  ${plainText(one.sentence)}`,
    ),
    ...(countries.length === 0 ? [] : [`countries ${countries.map((one) => counted(one.countryCode, one.timesSeen)).join(', ')}`]),
    ...(asns.length === 0 ? [] : [`networks  ${asns.map((one) => counted(one.name ?? `AS${one.asn}`, one.timesSeen)).join(', ')}`]),
    ...(hours.counts.every((count) => count === 0)
      ? []
      : [
          `hours     ${hours.counts.flatMap((count, hour) => (count === 0 ? [] : [`${String(hour).padStart(2, '0')} (${count})`])).join(', ')}`,
        ]),
  ]
}
