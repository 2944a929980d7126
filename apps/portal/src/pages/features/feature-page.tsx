import { featureSentence } from '@sallyport/engine/explain'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Facts } from '../../parts/facts.tsx'
import { JsonView } from '../../parts/json-view.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { useUses, WhereUsed } from '../../parts/where-used.tsx'
import { wordsOfPer, wordsOfWindow } from './feature-draft.ts'
import { Filling } from './filling.tsx'
import { definitionOfFeature, type Feature, useFeatures } from './use-features.ts'

/** One feature: what it counts, whether it is complete, and what reads it. */
export default function FeaturePage({ params: { name = '' } }: { params: Record<string, string> }) {
  const query = useFeatures()
  const feature = query.data?.find((one) => one.name === name)
  const above = (
    <Link href="/features" className="text-soft hover:underline">
      Features
    </Link>
  )
  if (feature === undefined) {
    return (
      <Page title={name} above={above}>
        <Loaded query={query} what="the feature">
          {() => <Empty title="There is no such feature.">It may have been removed; the audit log knows by whom.</Empty>}
        </Loaded>
      </Page>
    )
  }
  return <Shown feature={feature} above={above} />
}

const metrics = { count: 'how many', sum: 'the sum', distinct: 'how many different' } as const

function Shown({ feature, above }: { feature: Feature; above: React.ReactNode }) {
  const { name, metric, of, windowMinutes, actions, states, condition, createdAt } = feature
  const definition = definitionOfFeature(feature)
  const { may } = useMe()
  const uses = useUses('feature', name)
  const [isRemoving, setRemoving] = useState(false)
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const remove = async () => {
    await api.delete('/velocity-features/{name}', { path: { name } })
    navigate('/features')
    await client.invalidateQueries({ queryKey: ['features'] })
    announce(`${name} is removed.`)
  }
  return (
    <Page
      title={name}
      above={above}
      sentence={<Sentence>{featureSentence(definition)}</Sentence>}
      actions={
        may('DELETE /velocity-features/{name}') && (
          <Button look="danger" onClick={() => setRemoving(true)}>
            Remove …
          </Button>
        )
      }
    >
      <Filling feature={feature} />
      <Section title="What it counts">
        <div className="max-w-3xl">
          <Facts
            facts={[
              ['Rules read it as', <CopyId key="id" id={`velocity.${name}`} label="the name in rules" />],
              ['Counts', `${metrics[metric]}${of === undefined ? ' events' : ''}`],
              ['Of', of === undefined ? undefined : <UserText key="of">{of}</UserText>],
              ['Together for each', <UserText key="per">{wordsOfPer(definition.per)}</UserText>],
              ['In the last', wordsOfWindow(windowMinutes)],
              ['Actions', actions === undefined ? 'all' : <UserText key="actions">{actions.join(', ')}</UserText>],
              ['When they become', states?.map((state) => state.toLowerCase().replaceAll('_', ' ')).join(', ')],
              ['Since', <Time key="since" at={createdAt} look="exact" />],
            ]}
          />
          {condition !== undefined && <JsonView label="The condition" value={condition} />}
        </div>
      </Section>
      <Section title="Where is this used?">
        <WhereUsed kind="feature" query={uses} />
      </Section>
      <ConfirmByName
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        title="Remove the feature"
        name={name}
        verb="Remove"
        onConfirm={remove}
      >
        Everything that it counted goes away. A feature that a rule reads cannot be removed. One that is declared again has to be filled
        again.
      </ConfirmByName>
    </Page>
  )
}
