import { Section } from '../../parts/section.tsx'
import { Authenticators } from './authenticators.tsx'
import { EnrolmentLinks } from './enrolment-links.tsx'
import { LockedMethods } from './locked-methods.tsx'
import type { Profile } from './unlike-usual.ts'
import { UserDevices } from './user-devices.tsx'
import { UserSessions } from './user-sessions.tsx'

/** What a user proves themselves with, and on what. */
export function Access({ userId, profile }: { userId: string; profile: Profile | undefined }) {
  return (
    <div className="[&>section:first-child]:mt-0 [&>section:first-child]:border-t-0 [&>section:first-child]:pt-0">
      <Section title="Authenticators">
        <LockedMethods userId={userId} />
        <Authenticators userId={userId} />
      </Section>
      <Section title="Enrolment links">
        <EnrolmentLinks userId={userId} />
      </Section>
      <Section title="Sessions">
        <UserSessions userId={userId} />
      </Section>
      <Section title="Devices">
        <UserDevices userId={userId} usual={profile?.devices ?? []} />
      </Section>
    </div>
  )
}
