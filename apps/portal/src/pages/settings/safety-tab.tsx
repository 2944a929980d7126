import { Loaded } from '../../parts/loaded.tsx'
import { AllowedAddresses } from './allowed-addresses.tsx'
import { Approvals } from './approvals.tsx'
import { Lead } from './lead.tsx'
import { SafetySwitches } from './safety-switches.tsx'
import { TokenAndScore } from './token-and-score.tsx'
import { useTenant } from './use-tenant.ts'

/** How careful the server is: with requests, with changes of rules, with passkeys, with keys. */
export function SafetyTab() {
  const query = useTenant()
  return (
    <Loaded query={query} what="the settings">
      {(tenant) => (
        <>
          <Lead>
            {tenant.strict === true
              ? 'The tenant is strict: a track with a mistake in it is refused.'
              : 'The tenant is forgiving: a track with a mistake in it is answered, with a warning.'}{' '}
            {tenant.ipWhitelist == null || tenant.ipWhitelist.length === 0
              ? 'API keys are accepted from every address.'
              : 'API keys are accepted only from the addresses below.'}
          </Lead>
          <SafetySwitches tenant={tenant} />
          <Approvals />
          <AllowedAddresses key={JSON.stringify(tenant.ipWhitelist)} tenant={tenant} />
          <TokenAndScore
            key={JSON.stringify([tenant.tokenDurationInMinutes, tenant.riskScoreMode, tenant.trustOnFirstUse])}
            tenant={tenant}
          />
        </>
      )}
    </Loaded>
  )
}
