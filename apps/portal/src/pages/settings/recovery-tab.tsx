import { Link } from 'wouter'
import { Loaded } from '../../parts/loaded.tsx'
import { EnrolmentLinkSettings } from './enrolment-link-settings.tsx'
import { Lead } from './lead.tsx'
import { NoticeSettings } from './notice-settings.tsx'
import { type Tenant, useTenant } from './use-tenant.ts'

/** How users get back in when they have lost something, and what they are told of it. */
export function RecoveryTab() {
  const query = useTenant()
  return (
    <Loaded query={query} what="the settings">
      {(tenant) => (
        <>
          <Lead>
            {describeRecovery(tenant)} Recovery codes are set up under{' '}
            <Link href="/settings/methods?method=recovery-code" className="text-accent underline">
              Methods
            </Link>
            .
          </Lead>
          <EnrolmentLinkSettings
            key={JSON.stringify([tenant.enrolmentLinkUrl, tenant.enrolmentLinkWaitHours, tenant.enrolmentLinkNeedsApproval])}
            tenant={tenant}
          />
          <NoticeSettings tenant={tenant} />
        </>
      )}
    </Loaded>
  )
}

function describeRecovery({ enrolmentLinkUrl, enrolmentLinkWaitHours, enrolmentLinkNeedsApproval }: Tenant): string {
  if (enrolmentLinkUrl == null)
    return 'A user who has nothing left gets back in through your application only: no enrolment link can be issued.'
  const hours = enrolmentLinkWaitHours ?? 24
  const wait = hours === 0 ? 'It works at once' : `It works ${hours === 1 ? 'an hour' : `${hours.toLocaleString('en')} hours`} later`
  return `Support can issue an enrolment link for a user who has nothing left. ${wait}${enrolmentLinkNeedsApproval === true ? ', after a second admin approved it' : ''}.`
}
