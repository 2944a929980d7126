import { Section } from '../../parts/section.tsx'
import { Authenticators } from './authenticators.tsx'
import type { Profile } from './unlike-usual.ts'
import { UserDevices } from './user-devices.tsx'

/** What a user proves themselves with, and on what. */
export function Access({ userId, profile }: { userId: string; profile: Profile | undefined }) {
  return (
    <>
      <Section title="Authenticators">
        <Authenticators userId={userId} />
      </Section>
      <Section title="Devices">
        <UserDevices userId={userId} usual={profile?.devices ?? []} />
      </Section>
    </>
  )
}
