import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { PolicyGate } from '../../policy-draft/policy-gate.tsx'
import { saidMessage } from '../../policy-draft/said-message.ts'
import { usePolicyDraft } from '../../policy-draft/use-policy-draft.ts'
import { Compare, VersionChanges } from './compare.tsx'
import { RestoreVersion } from './restore-version.tsx'
import { type SharedChange, tellStory } from './tell-story.ts'
import { useSharedChanges } from './use-shared-changes.ts'

type Version = { version: number; createdAt: string; author: string; actor?: components['schemas']['Actor']; message?: string }

const pageSize = 15

/** The story of a policy: who changed what, when and why, with the lists and features that it reads. */
export default function VersionsPage({ params: { actionCode = '' } }: { params: Record<string, string> }) {
  return (
    <PolicyGate actionCode={actionCode}>
      <Versions actionCode={actionCode} />
    </PolicyGate>
  )
}

function Versions({ actionCode }: { actionCode: string }) {
  const { may } = useMe()
  const state = usePolicyDraft(actionCode)
  const [restored, setRestored] = useState<number>()
  const [count, setCount] = useState(pageSize)
  const current = state.inForce.policyVersion
  const query = useQuery({
    queryKey: ['policies', actionCode, 'versions', current],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/policy-versions', { path: { actionCode }, signal }),
  })
  const { entries, reads } = useSharedChanges(state.base.policy.rules)
  const home = `/actions/${encodeURIComponent(actionCode)}`
  const latest = query.data?.[0]
  return (
    <Page
      title="Versions"
      sentence={
        latest && (
          <>
            Version {latest.version} is live, by <UserText>{latest.actor?.name ?? latest.author}</UserText>,{' '}
            <Time at={latest.createdAt} look="relative" />. Every version stays, and any of them can be brought back.
          </>
        )
      }
      above={
        <Link href={home} className="text-soft hover:underline">
          {actionCode}
        </Link>
      }
    >
      <Loaded query={query} what="the versions">
        {(versions: readonly Version[]) => {
          const story = tellStory(versions, entries, reads)
          const shown = story.slice(0, count)
          return (
            <>
              <Compare actionCode={actionCode} versions={versions.map(({ version }) => version)} />
              <ol aria-label="Versions, newest first" className="mt-4 border-t">
                {shown.map((chapter) =>
                  'version' in chapter ? (
                    <OneVersion
                      key={chapter.version.version}
                      actionCode={actionCode}
                      version={chapter.version}
                      before={versions.find(({ version }) => version < chapter.version.version)?.version}
                      current={current}
                      onRestore={
                        may('POST /action-configurations/{actionCode}/policy-versions/{version}/restore') ? setRestored : undefined
                      }
                    />
                  ) : (
                    <Shared key={chapter.shared.entry.auditId} change={chapter.shared} />
                  ),
                )}
              </ol>
              {story.length > count && (
                <Button className="mt-3" onClick={() => setCount(count + pageSize)}>
                  Show {Math.min(pageSize, story.length - count)} more
                </Button>
              )}
            </>
          )
        }}
      </Loaded>
      {restored !== undefined && (
        <RestoreVersion actionCode={actionCode} version={restored} state={state} onClose={() => setRestored(undefined)} />
      )}
    </Page>
  )
}

function OneVersion(props: {
  actionCode: string
  version: Version
  before: number | undefined
  current: number
  onRestore: ((version: number) => void) | undefined
}) {
  const { actionCode, version, before, current, onRestore } = props
  const message = saidMessage(version)
  return (
    <li className="grid gap-x-6 gap-y-1 border-b py-2.5 narrow:grid-cols-[12rem_minmax(0,1fr)_auto]">
      <div className="text-sm">
        <p className="font-medium">
          Version {version.version}
          {version.version === current && <span className="font-normal text-allow"> ● live</span>}
        </p>
        <p className="text-soft">
          <Time at={version.createdAt} look="relative" /> by <UserText>{version.actor?.name ?? version.author}</UserText>
        </p>
      </div>
      <div className="min-w-0">
        {message !== undefined && (
          <p className="text-sm text-soft">
            “<UserText>{message}</UserText>”
          </p>
        )}
        {before === undefined ? (
          <p className="text-sm">The first version.</p>
        ) : (
          <VersionChanges actionCode={actionCode} from={before} to={version.version} />
        )}
      </div>
      <div className="flex items-start gap-2">
        {before !== undefined && version.version !== current && (
          <Link
            href={`/actions/${encodeURIComponent(actionCode)}/versions?from=${version.version}&to=${current}`}
            className="py-1.5 text-sm text-accent underline"
          >
            Compare with live
          </Link>
        )}
        {onRestore && version.version !== current && <Button onClick={() => onRestore(version.version)}>Restore …</Button>}
      </div>
    </li>
  )
}

const verbs: Readonly<Record<string, string>> = {
  created: 'was created',
  updated: 'was changed',
  deleted: 'was deleted',
  filled: 'was filled',
}

function Shared({ change: { kind, name, verb, entry } }: { change: SharedChange }) {
  return (
    <li className="grid gap-x-6 gap-y-1 border-b py-2.5 text-sm narrow:grid-cols-[12rem_minmax(0,1fr)]">
      <p className="text-soft">
        <Time at={entry.at} look="relative" /> by <UserText>{entry.actor.name ?? entry.actor.kind}</UserText>
      </p>
      <p className="flex gap-2">
        <Icon name={kind === 'list' ? 'lists' : 'features'} className="mt-0.5 text-soft" />
        <span>
          The {kind === 'list' ? 'list' : 'velocity feature'}{' '}
          <Link href={kind === 'list' ? `/lists/${encodeURIComponent(name)}` : '/features'} className="underline">
            <UserText>{name}</UserText>
          </Link>
          , which rules read, {verbs[verb] ?? verb}.
        </span>
      </p>
    </li>
  )
}
