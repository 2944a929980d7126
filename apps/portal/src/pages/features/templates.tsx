import { explainRule, featureSentence } from '@sallyport/engine/explain'
import type { JsonValue } from '@sallyport/engine/facts'
import type { FeatureDefinition } from '@sallyport/engine/features'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { type Answer, api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { CodeBlock } from '../../parts/code-block.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { announce } from '../../parts/toast.ts'
import { bodyOf } from './feature-body.ts'
import { forAction, missingPoints } from './template-parts.ts'
import type { Feature } from './use-features.ts'

type Template = Answer<'get', '/velocity-templates'>[number]

/** Questions about velocity that many ask: each declares what it needs with one button. */
export function Templates({ isOpen, onClose, features }: { isOpen: boolean; onClose: () => void; features: readonly Feature[] }) {
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title="Features from a template">
      <List features={features} onClose={onClose} />
    </Sheet>
  )
}

function List({ features, onClose }: { features: readonly Feature[]; onClose: () => void }) {
  const templates = useQuery({
    queryKey: ['velocity-templates'],
    queryFn: ({ signal }) => api.get('/velocity-templates', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const actions = useQuery({ queryKey: ['actions', { of: 'all' }], queryFn: ({ signal }) => api.get('/action-configurations', { signal }) })
  const codes = actions.data?.map(({ actionCode }) => actionCode) ?? []
  const [chosen, setChosen] = useState<string>()
  const action = chosen ?? (codes.includes('transfer') ? 'transfer' : (codes[0] ?? 'transfer'))
  return (
    <>
      <Select
        label="For the action"
        value={action}
        onValue={setChosen}
        options={(codes.length === 0 ? ['transfer'] : codes).map((code) => ({ value: code, label: code }))}
        className="mb-4 max-w-xs"
      />
      <Loaded query={templates} what="the templates">
        {(all) => (
          <ul className="border-t">
            {all.map((template) => (
              <li key={template.id} className="border-b py-3">
                <One template={template} action={action} existing={features} onClose={onClose} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  )
}

function One({
  template,
  action,
  existing,
  onClose,
}: {
  template: Template
  action: string
  existing: readonly Feature[]
  onClose: () => void
}) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const points = useQuery({ queryKey: ['data-points'], queryFn: ({ signal }) => api.get('/custom-data-points', { signal }) })
  const features = template.features.map((feature) => forAction(feature as FeatureDefinition, action))
  const missing = features.filter(({ name }) => !existing.some((one) => one.name === name))
  const undeclared = missingPoints(template.dataPoints, points.data ?? [])
  const create = useMutation({
    mutationFn: async () => {
      for (const body of undeclared) await api.post('/custom-data-points', { body })
      for (const feature of missing) await api.post('/velocity-features', { body: bodyOf(feature) })
    },
    onSuccess: () => {
      announce(missing.length === 1 ? `${missing[0]?.name} counts from now on.` : `${missing.length} features count from now on.`)
      onClose()
      const [first] = missing
      if (missing.length === 1 && first !== undefined) navigate(`/features/${encodeURIComponent(first.name)}`)
    },
    onSettled: () => Promise.all(['features', 'data-points'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
  const { name, type, conditions } = template.rule
  const rule = explainRule(
    { ruleId: 'rule', name, priority: 0, mode: 'active', outcome: type, conditions: conditions as JsonValue },
    { features },
  )
  return (
    <article className="space-y-1.5 text-sm">
      <div className="flex flex-wrap items-start gap-2">
        <h3 className="min-w-0 flex-1 basis-48 font-semibold">{template.title}</h3>
        {missing.length === 0 ? (
          <span className="text-xs text-allow">declared already</span>
        ) : (
          <Button
            isBusy={create.isPending}
            disabled={points.data === undefined}
            onClick={() => create.mutate()}
            aria-label={`Use it: ${template.title}`}
          >
            Use it
          </Button>
        )}
      </div>
      <p className="text-soft">{template.purpose}</p>
      {features.map((feature) => (
        <p key={feature.name}>
          <code className="font-mono text-xs">{feature.name}</code>: <Sentence>{featureSentence(feature)}</Sentence>
        </p>
      ))}
      {undeclared.length > 0 && (
        <p className="flex flex-wrap items-center gap-1 text-soft">
          Also declares
          {undeclared.map((point) => (
            <Chip key={point.name}>
              {point.modelType === 'user' ? 'user.' : ''}custom.{point.name}, {point.dataType}
            </Chip>
          ))}
        </p>
      )}
      <details>
        <summary className="text-soft">A rule that reads it</summary>
        <p className="my-2">
          <Sentence>{rule.sentence}</Sentence>
        </p>
        <CodeBlock
          title="Conditions, to paste into a new rule"
          code={JSON.stringify(conditions, null, 2)}
          label={`the conditions of ${name}`}
        />
      </details>
      {create.isError && <Problem what="Not everything was declared" error={create.error} />}
    </article>
  )
}
