import { Link } from 'wouter'
import { Icon } from '../../../parts/icon.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { methodTitle } from '../../../parts/method-words.ts'
import { useHref } from '../../../url/use-href.ts'
import { MethodLimits } from '../limits/method-limits.tsx'
import { PasskeyMethod } from '../passkey-method.tsx'
import { type Configuration, useConfigurations } from '../use-configurations.ts'
import { MethodSettings } from './method-settings.tsx'
import { MethodState } from './method-state.tsx'
import { RecoveryRules } from './recovery-rules.tsx'
import type { Method } from './use-methods.ts'

/** One method: what it proves, what it lacks, its settings and its limits. */
export function OneMethod({ method }: { method: Method }) {
  const { verificationMethod, assurance, gaps, state, limits } = method
  const href = useHref()
  const query = useConfigurations()
  return (
    <>
      <Link href={href({ method: undefined })} className="text-sm text-soft hover:underline">
        All methods
      </Link>
      <h2 className="mt-1 mb-1 flex flex-wrap items-center gap-2 text-lg font-semibold">
        {methodTitle(verificationMethod)} <MethodState state={state} />
      </h2>
      <p className="max-w-[80ch] text-pretty">{assurance}</p>
      {gaps.length > 0 && (
        <ul aria-label="What it lacks" className="mt-2 space-y-1">
          {gaps.map(({ sentence, isBlocking }) => (
            <li key={sentence} className={`flex gap-2 text-sm ${isBlocking ? 'text-block' : 'text-soft'}`}>
              <Icon name={isBlocking ? 'warning' : 'info'} className="mt-0.5" />
              {sentence}
            </li>
          ))}
        </ul>
      )}
      <Loaded query={query} what="the settings">
        {(configurations) => {
          const configuration = configurations.find((one) => one.verificationMethod === verificationMethod)
          const passkeys = configurations.find((one) => one.verificationMethod === 'PASSKEY')
          return (
            <>
              {verificationMethod === 'PASSKEY' && configuration ? (
                <PasskeyMethod key={JSON.stringify(configuration)} configuration={configuration} />
              ) : (
                <MethodSettings
                  key={configuration?.authenticatorId ?? 'new'}
                  method={method}
                  configuration={configuration}
                  {...(method.required.length > 0 && { begin: whereKeysWork(passkeys) })}
                />
              )}
              {verificationMethod === 'RECOVERY_CODE' && <RecoveryRules />}
              {configuration && Object.keys(limits).length > 0 && <MethodLimits key={JSON.stringify(limits)} method={method} />}
            </>
          )
        }}
      </Loaded>
    </>
  )
}

/** Keys that are new begin where passkeys work, else where this portal is. */
function whereKeysWork(passkeys: Configuration | undefined): Record<string, unknown> {
  const { hostname, origin } = window.location
  const { relyingParty = hostname, expectedOrigins = [origin], relyingPartyName } = passkeys ?? {}
  return { relyingParty, expectedOrigins, relyingPartyName, userVerificationRequirement: 'required' }
}
