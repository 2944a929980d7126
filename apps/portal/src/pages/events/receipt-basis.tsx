import { Link } from 'wouter'
import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/section.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { Receipt } from './receipt.ts'

const contents = {
  unchanged: 'as it is today',
  rebuilt: 'changed since; its contents of that time were used',
  absent: 'did not exist',
  not_kept: 'its contents of that time are no longer kept; those of today were used',
} as const

/** The policy, lists, counts and data sets of the time. */
export function ReceiptBasis({ receipt }: { receipt: Receipt }) {
  const { actionCode, policyVersion, configVersion, replay } = receipt
  return (
    <Section title="What it rested on">
      <Facts
        facts={[
          [
            'Policy',
            <Link key="policy" href={`/actions/${encodeURIComponent(actionCode)}/versions`} className="text-accent hover:underline">
              version {policyVersion} of {actionCode}
            </Link>,
          ],
          ['Configuration', `version ${configVersion}`],
          ...replay.lists.map(
            ({ alias, version, contents: kept }) =>
              [
                `List ${alias}`,
                <span key={alias}>
                  <Link href={`/lists/${encodeURIComponent(alias)}`} className="text-accent hover:underline">
                    {version === null ? 'no version known' : `version ${version}`}
                  </Link>
                  , {contents[kept]}
                </span>,
              ] as const,
          ),
          ...replay.features.map(
            ({ name, isInForce }) =>
              [
                `Count ${name}`,
                <span key={name}>
                  <Link href="/features" className="text-accent hover:underline">
                    as it was declared then
                  </Link>
                  {isInForce ? ', and is today' : '; it counts otherwise today, or is gone'}
                </span>,
              ] as const,
          ),
          [
            'Address data',
            <span key="data">
              <UserText className="font-mono text-xs">{receipt.dataVersion}</UserText>
              {replay.hasDataVersion ? ', still in use' : ', replaced since; the values are stored with the decision'}
            </span>,
          ],
        ]}
      />
      {replay.notes.length > 0 && (
        <ul className="mt-2 space-y-1 text-sm text-soft">
          {replay.notes.map((note) => (
            <li key={note}>
              <UserText>{note}</UserText>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
