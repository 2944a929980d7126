import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { announce } from '../../parts/toast.ts'
import { freeName } from '../../policy-draft/free-name.ts'
import { newRuleId } from '../../policy-draft/policy-draft.ts'
import type { PolicyDraftState } from '../../policy-draft/use-policy-draft.ts'
import { useSentences } from '../../policy-draft/use-rule-sentences.ts'
import { type RuleTemplate, ruleTemplates } from './rule-templates.ts'
import { UseRecommendedPolicy } from './use-recommended-policy.tsx'

/** A new rule from nothing, or from a template. Nothing of it is live before the changes are reviewed. */
export function AddRule({ actionCode, state }: { actionCode: string; state: PolicyDraftState }) {
  const sentences = useSentences()
  const { may } = useMe()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [adding, setAdding] = useState<string>()
  const declared = useQuery({ queryKey: ['data-points'], queryFn: ({ signal }) => api.get('/custom-data-points', { signal }) })
  const missingOf = ({ dataPoints }: RuleTemplate) =>
    dataPoints.filter(
      ({ name, modelType }) => declared.data && !declared.data.some((one) => one.name === name && one.modelType === modelType),
    )
  const add = useMutation({
    mutationFn: async ({ template }: { template: RuleTemplate; opens: boolean }) => {
      const missing = missingOf(template)
      for (const dataPoint of missing) await api.post('/custom-data-points', { body: dataPoint })
      if (missing.length > 0) {
        await client.invalidateQueries({ queryKey: ['data-points'] })
        await client.invalidateQueries({ queryKey: ['words'] })
      }
    },
    onSuccess: (_, { template, opens }) => {
      const ruleId = newRuleId()
      const name = freeName(state.draft.rules, template.rule.name)
      state.change((draft) => ({ ...draft, rules: [...draft.rules, { ...template.rule, ruleId, name, mode: 'active' }] }))
      if (opens) navigate(`/actions/${encodeURIComponent(actionCode)}/rules/${ruleId}`)
      else {
        announce(`${name} is in your changes. It is not live yet.`, async () =>
          state.change((draft) => ({ ...draft, rules: draft.rules.filter((rule) => rule.ruleId !== ruleId) })),
        )
      }
    },
    onSettled: () => setAdding(undefined),
  })
  const start = (template: RuleTemplate, opens: boolean) => {
    setAdding(template.id)
    add.mutate({ template, opens })
  }
  return (
    <Section
      title="Add a rule"
      aside={
        <LinkButton look="primary" icon="plus" href={`/actions/${encodeURIComponent(actionCode)}/rules/new`}>
          New rule
        </LinkButton>
      }
    >
      <p className="text-sm text-soft">Or begin with one of these. Nothing is live before you have reviewed it.</p>
      {add.isError && (
        <div className="mt-2">
          <Problem what="The rule was not added" error={add.error} />
        </div>
      )}
      <UseRecommendedPolicy actionCode={actionCode} state={state} />
      <ul className="mt-1">
        {ruleTemplates.map((template) => {
          const missing = missingOf(template)
          const isAllowed = missing.length === 0 || may('POST /custom-data-points')
          return (
            <li key={template.id} className="grid gap-x-6 gap-y-2 border-b py-2.5 narrow:grid-cols-[minmax(0,1fr)_auto]">
              <div className="min-w-0">
                <div className="flex flex-wrap items-center gap-2">
                  <h3 className="font-medium">{template.title}</h3>
                  <StateBadge state={template.rule.type} />
                </div>
                <p className="max-w-[75ch] text-sm text-pretty text-soft">{template.purpose}</p>
                <p className="max-w-[75ch] text-sm text-pretty">
                  {sentences && <Sentence>{sentences.ofRule({ ...template.rule, ruleId: 'template', mode: 'active' })}</Sentence>}
                </p>
                {missing.length > 0 && (
                  <p className="text-xs text-soft">
                    Adding it also declares the data {missing.length === 1 ? 'point' : 'points'}{' '}
                    {missing.map(({ name }) => name).join(' and ')}, which your application sends.
                  </p>
                )}
              </div>
              {isAllowed && (
                <div className="flex items-start gap-2">
                  <Button look="quiet" aria-label={`Add and edit: ${template.title}`} onClick={() => start(template, true)}>
                    Add and edit
                  </Button>
                  <Button aria-label={`Add: ${template.title}`} isBusy={adding === template.id} onClick={() => start(template, false)}>
                    Add
                  </Button>
                </div>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
