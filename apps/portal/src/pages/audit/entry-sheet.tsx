import { CopyId } from '../../parts/copy-id.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Facts } from '../../parts/facts.tsx'
import { JsonView } from '../../parts/json-view.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { type AuditEntry, type Change, changesOf, describeActor } from './describe-entry.ts'

/** Everything that one entry says. */
export function EntrySheet({ entry, onClose }: { entry: AuditEntry | undefined; onClose: () => void }) {
  return (
    <Sheet isOpen={entry !== undefined} onClose={onClose} title={entry?.event ?? ''}>
      {entry && <Entry entry={entry} />}
    </Sheet>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { actor, details } = entry
  const changes = changesOf(details)
  return (
    <>
      <Facts
        facts={[
          ['When', <Time key="at" at={entry.at} look="exact" />],
          ['Who', <UserText key="who">{describeActor(actor)}</UserText>],
          ['Id of who', actor.id && <CopyId key="id" id={actor.id} label="the id of who did it" />],
          ['From', actor.ipAddress && <UserText key="from">{actor.ipAddress}</UserText>],
          ['With the key', actor.keyId && <CopyId key="key" id={actor.keyId} label="the id of the key" />],
          ['User', entry.userId && <CopyId key="user" id={entry.userId} label="the id of the user" />],
          ['Entry', <CopyId key="entry" id={entry.auditId} label="the id of the entry" />],
          [
            'Place in the chain',
            entry.sequence === undefined ? 'none: written by a release that had no chain' : entry.sequence.toLocaleString(),
          ],
          [
            'Hash of the entry before',
            entry.previousHash && <CopyId key="hash" id={entry.previousHash} label="the hash of the entry before" />,
          ],
        ]}
      />
      {entry.isErased && (
        <p className="mt-4 text-soft">The erasure of a user took what this entry said. That it was written, and when, stays.</p>
      )}
      {changes.length > 0 && (
        <Section title="What changed">
          <Facts facts={changes.map((change) => [change.name, <Sides key={change.name} change={change} />])} />
        </Section>
      )}
      <Section title="Details as they are stored">
        <JsonView value={details} label="Details" />
      </Section>
    </>
  )
}

function Sides({ change: { before, after } }: { change: Change }) {
  return (
    <span className="block space-y-0.5 font-mono text-xs">
      {before !== undefined && before !== null && (
        <span className="block text-block">
          − <UserText>{JSON.stringify(before)}</UserText>
        </span>
      )}
      {after !== undefined && after !== null && (
        <span className="block text-allow">
          + <UserText>{JSON.stringify(after)}</UserText>
        </span>
      )}
    </span>
  )
}
