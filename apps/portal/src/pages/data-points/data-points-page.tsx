import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { Declare } from './declare.tsx'
import { DeclaredTable } from './declared-table.tsx'
import { OneDataPoint } from './one-data-point.tsx'
import { RemoveDataPoint } from './remove-data-point.tsx'
import { undeclaredOf } from './undeclared.ts'
import { UndeclaredTable } from './undeclared-table.tsx'
import { type DataPoint, useActions, useDataPoints } from './use-data-points.ts'

const any = text()

/** The data that applications send along: what is declared, and what arrives without being so. */
export default function DataPointsPage() {
  const { may } = useMe()
  const points = useDataPoints()
  const actions = useActions()
  const warnings = useQuery({ queryKey: ['warnings'], queryFn: ({ signal }) => api.get('/warnings', { signal }) })
  const [openId, setOpenId] = useParam('open', any)
  const [removing, setRemoving] = useState<DataPoint>()
  const mayDeclare = may('POST /custom-data-points')
  const open = points.data?.find(({ id }) => id === openId)
  const undeclared = undeclaredOf(warnings.data?.warnings ?? [], points.data ?? [])
  useCommands(
    mayDeclare ? [{ id: 'data-point.declare', title: 'Declare a data point', keys: 'c', run: () => setOpenId('new', { push: true }) }] : [],
  )
  return (
    <Page
      title="Data points"
      sentence={
        points.data && warnings.data ? sentenceOf(points.data.length, undeclared.length) : 'The data that your applications send along.'
      }
      actions={
        mayDeclare && (
          <Button look="primary" icon="plus" onClick={() => setOpenId('new', { push: true })}>
            Declare a data point
          </Button>
        )
      }
    >
      {undeclared.length > 0 && points.data !== undefined && <UndeclaredTable undeclared={undeclared} mayDeclare={mayDeclare} />}
      <Section title="Declared">
        <Loaded query={points} what="the data points">
          {(all) =>
            all.length === 0 ? (
              <Empty title="No data point is declared.">
                Your applications may send anything in <code className="font-mono text-xs">custom</code>. Rules read what is declared here
                with its type: the amount of a transfer, the recipient, the plan of a user.
              </Empty>
            ) : (
              <DeclaredTable points={all} actions={actions.data ?? []} openId={openId} />
            )
          }
        </Loaded>
      </Section>
      <Sheet isOpen={openId === 'new' && mayDeclare} onClose={() => setOpenId('')} title="Declare a data point">
        <Declare onClose={() => setOpenId('')} />
      </Sheet>
      <Sheet isOpen={open !== undefined} onClose={() => setOpenId('')} title={open?.name ?? ''}>
        {open && (
          <OneDataPoint
            key={JSON.stringify(open)}
            point={open}
            actions={actions.data ?? []}
            onRemove={() => {
              setRemoving(open)
              setOpenId('')
            }}
          />
        )}
      </Sheet>
      {removing && <RemoveDataPoint point={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  )
}

function sentenceOf(declared: number, undeclared: number): string {
  const has = declared === 0 ? 'No data point is declared' : `${declared} ${declared === 1 ? 'data point is' : 'data points are'} declared`
  if (undeclared === 0) return `${has}, and nothing else arrived in the last 30 days.`
  return `${has}. ${undeclared} more ${undeclared === 1 ? 'arrives' : 'arrive'} undeclared: no rule can read ${undeclared === 1 ? 'it' : 'them'}.`
}
