import { useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { type Tried, tryRelyingParty } from './try-relying-party.ts'
import { isAbove } from './words-of.ts'

/** Each part with what browsers say of it. */
export function RelyingPartyCheck({ rpId, check }: { rpId: string; check: components['schemas']['RelyingPartyCheck'] }) {
  return (
    <ul className="space-y-2 text-sm" aria-live="polite">
      <Line name={rpId || 'No id'} problem={check.relyingParty.problem} fine="is a domain that can hold passkeys" />
      {check.expectedOrigins.map(({ origin, problem }) => (
        <Line key={origin} name={origin} problem={problem} fine="may ask for them" />
      ))}
    </ul>
  )
}

function Line({ name, problem, fine }: { name: string; problem: string | undefined; fine: string }) {
  const isFine = problem === undefined
  return (
    <li className="flex gap-2">
      <Icon name={isFine ? 'check' : 'warning'} className={`mt-0.5 ${isFine ? 'text-allow' : 'text-block'}`} />
      <span className="min-w-0">
        <UserText className="font-mono text-xs">{name}</UserText>{' '}
        {isFine ? <span className="text-soft">{fine}</span> : <Sentence>{`${problem}${problem.endsWith('?') ? '' : '.'}`}</Sentence>}
      </span>
    </li>
  )
}

/** Asks this very browser. It can only answer for the page that it is on. */
export function TryHere({ rpId, origins }: { rpId: string; origins: readonly string[] }) {
  const [tried, setTried] = useState<Tried>()
  const { origin, hostname } = window.location
  if (!isAbove(rpId, hostname)) {
    return (
      <p className="text-xs text-soft">
        This page is at <UserText className="font-mono">{origin}</UserText>, outside that domain, so it cannot try the id here.
      </p>
    )
  }
  return (
    <div className="space-y-1">
      <Button onClick={async () => setTried(await tryRelyingParty(rpId))}>Try the id in this browser</Button>
      <p role="status" className="text-xs text-soft">
        {tried === undefined && 'It asks without a dialog, on this page; no passkey is made or used.'}
        {tried?.answer === 'accepted' &&
          `This browser accepts it at ${origin}. ${origins.includes(origin) ? 'The origin is in your list too.' : 'The origin is not in your list: answers from here would be refused.'}`}
        {tried?.answer === 'silent' && 'This browser does not say without a dialog.'}
        {tried?.answer === 'refused' && (
          <>
            This browser refuses it: <UserText>{tried.why}</UserText>
          </>
        )}
      </p>
    </div>
  )
}
