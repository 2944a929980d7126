import { featureSentence } from '@sallyport/engine/explain'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { completeness } from './completeness.ts'
import { CreateFeature } from './create-feature.tsx'
import { wordsOfWindow } from './feature-draft.ts'
import { Templates } from './templates.tsx'
import { definitionOfFeature, type Feature, useFeatures } from './use-features.ts'

const sheets = oneOf(['', 'new', 'templates'], '')

const columns: Column<Feature>[] = [
  { id: 'name', title: 'Name', width: '15rem', cell: ({ name }) => <UserText>{name}</UserText> },
  { id: 'meaning', title: 'Counts', cell: (feature) => <Sentence>{featureSentence(definitionOfFeature(feature))}</Sentence> },
  { id: 'window', title: 'Window', width: '7rem', isWideOnly: true, cell: ({ windowMinutes }) => wordsOfWindow(windowMinutes) },
  {
    id: 'standing',
    title: 'Standing',
    width: '11rem',
    isWideOnly: true,
    cell: (feature) => {
      const { words, isWaiting } = completeness(feature)
      return <span className={isWaiting ? 'text-challenge' : ''}>{words}</span>
    },
  },
]

/** What is counted over time, for rules to read. */
export default function FeaturesPage() {
  const query = useFeatures()
  const { may } = useMe()
  const [sheet, setSheet] = useParam('sheet', sheets)
  const mayCreate = may('POST /velocity-features')
  const open = (which: 'new' | 'templates') => setSheet(which, { push: true })
  useCommands(
    mayCreate
      ? [
          { id: 'feature.create', title: 'Create a velocity feature', keys: 'c', run: () => open('new') },
          { id: 'feature.template', title: 'Create a velocity feature from a template', run: () => open('templates') },
        ]
      : [],
  )
  const actions = mayCreate && (
    <>
      <Button onClick={() => open('templates')}>From a template</Button>
      <Button look="primary" icon="plus" onClick={() => open('new')}>
        Create a feature
      </Button>
    </>
  )
  return (
    <Page
      title="Features"
      sentence={query.data ? sentenceOf(query.data) : 'What is counted over time, for rules to read.'}
      actions={actions}
    >
      <Loaded query={query} what="the features">
        {(features) =>
          features.length === 0 ? (
            <Empty
              title="Nothing is counted yet."
              action={mayCreate && <Button onClick={() => open('templates')}>See the templates</Button>}
            >
              A velocity feature counts, adds up or tells apart what happened in a window of time: devices of a user in ten minutes, money
              to a recipient in a day. Rules read it as a number.
            </Empty>
          ) : (
            <Table
              label="Velocity features"
              rows={features}
              rowId={({ name }) => name}
              columns={columns}
              href={({ name }) => `/features/${encodeURIComponent(name)}`}
            />
          )
        }
      </Loaded>
      {mayCreate && (
        <>
          <CreateFeature isOpen={sheet === 'new'} onClose={() => setSheet('')} />
          <Templates isOpen={sheet === 'templates'} onClose={() => setSheet('')} features={query.data ?? []} />
        </>
      )}
    </Page>
  )
}

function sentenceOf(features: readonly Feature[]): string {
  if (features.length === 0) return 'Nothing is counted over time yet, apart from what is built in.'
  const waiting = features.filter((feature) => completeness(feature).isWaiting).length
  const many = features.length === 1 ? 'One feature counts' : `${features.length} features count`
  if (waiting === 0) return `${many} what happens over time, complete for ${features.length === 1 ? 'its' : 'their'} whole window.`
  return `${many} what happens over time. ${waiting === 1 ? 'One does' : `${waiting} do`} not cover the whole window yet: rules on ${waiting === 1 ? 'it' : 'them'} do not fire before.`
}
