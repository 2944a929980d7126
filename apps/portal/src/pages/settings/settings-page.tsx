import { Redirect, useLocation } from 'wouter'
import { useMe } from '../../api/me.ts'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { AccountTab } from './account-tab.tsx'
import { AdminsTab } from './admins-tab.tsx'
import { AppClientsTab } from './app-clients-tab.tsx'
import { KeysTab } from './keys-tab.tsx'
import { LimitsTab } from './limits-tab.tsx'
import { MethodsTab } from './methods-tab.tsx'
import { RecoveryTab } from './recovery-tab.tsx'
import { RetentionTab } from './retention-tab.tsx'
import { SafetyTab } from './safety-tab.tsx'
import { TenantTab } from './tenant-tab.tsx'

const tabs = [
  { value: 'tenant', label: 'Tenant', panel: <TenantTab /> },
  { value: 'methods', label: 'Methods', panel: <MethodsTab /> },
  { value: 'limits', label: 'Limits', panel: <LimitsTab /> },
  { value: 'recovery', label: 'Recovery', panel: <RecoveryTab /> },
  { value: 'keys', label: 'Keys', panel: <KeysTab />, needs: 'GET /keys' },
  { value: 'app-clients', label: 'App clients', panel: <AppClientsTab /> },
  { value: 'admins', label: 'People', panel: <AdminsTab /> },
  { value: 'account', label: 'Your account', panel: <AccountTab /> },
  { value: 'safety', label: 'Safety', panel: <SafetyTab /> },
  { value: 'retention', label: 'Retention', panel: <RetentionTab /> },
] as const

/** Everything about the tenant that is no rule: who gets in, with what, and how careful the server is. */
export default function SettingsPage({ params: { tab } }: { params: Record<string, string> }) {
  const { may } = useMe()
  const [, navigate] = useLocation()
  if (tab === undefined) return <Redirect to="/settings/tenant" replace />
  const shown = tabs.filter((one) => !('needs' in one) || may(one.needs))
  const current = shown.find(({ value }) => value === tab)
  return (
    <Page title="Settings" sentence="Who gets in, with what, and how careful the server is. Every change is on the audit log.">
      <Tabs label="Parts of the settings" value={current?.value ?? ''} onValue={(next) => navigate(`/settings/${next}`)} tabs={shown} />
      {current === undefined && (
        <Empty title="There is no such part of the settings.">
          {tabs.some(({ value }) => value === tab) ? 'Your role does not show it. Owners and admins see it.' : 'The link may be old.'}
        </Empty>
      )}
    </Page>
  )
}
