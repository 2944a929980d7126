import { Link } from 'wouter'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Section } from '../../parts/section.tsx'
import { Select } from '../../parts/select.tsx'
import { MethodChoice } from '../../policy-draft/method-choice.tsx'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import type { PolicyDraftState } from '../../policy-draft/use-policy-draft.ts'
import { describeInputs, inputsOf, isRequired, withInput } from './required-inputs.ts'

/** What a track must bring and which methods answer a challenge: the parts of a policy that are no rules. */
export function ActionInputs(props: { state: PolicyDraftState; dataPoints: readonly string[]; mayEdit: boolean }) {
  const { dataPoints, mayEdit } = props
  const { draft, base, change } = props.state
  const { requires = [], whenMissing = 'REFUSE', verificationMethods = [] } = draft
  const inputs = inputsOf(dataPoints, requires)
  const set = (fields: Partial<PolicyDraft>) => change((now) => ({ ...now, ...fields }))
  const isChanged = (['requires', 'whenMissing', 'verificationMethods'] as const).some(
    (field) => JSON.stringify(draft[field]) !== JSON.stringify(base.policy[field]),
  )
  return (
    <Section
      title="What a track must bring, and what may answer"
      aside={isChanged && <span className="text-xs font-medium text-accent">● Changed, not live yet</span>}
    >
      <p className="max-w-[80ch] text-sm text-soft">{describeInputs(requires, whenMissing, inputs)}</p>
      <fieldset disabled={!mayEdit} className="m-0 mt-3 grid gap-x-8 gap-y-4 border-0 p-0 narrow:grid-cols-2">
        <legend className="sr-only">Inputs and methods</legend>
        <fieldset className="m-0 border-0 p-0">
          <legend className="mb-1 text-sm font-medium">A track must have</legend>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            {inputs.map((input) => (
              <Checkbox
                key={input.id}
                label={input.words}
                checked={isRequired(requires, input)}
                onChecked={(on) => set({ requires: withInput(requires, input, on) })}
              />
            ))}
          </div>
          <p className="mt-1 text-xs text-soft">
            Data that your application sends is listed here once it is{' '}
            <Link href="/data-points" className="text-accent underline">
              declared
            </Link>
            .
          </p>
        </fieldset>
        <div className="space-y-3">
          <Select
            label="A track without one of these"
            value={whenMissing}
            onValue={(value) => set({ whenMissing: value })}
            options={[
              { value: 'REFUSE', label: 'is refused, and says what is missing' },
              { value: 'FAIL_CLOSED', label: 'gets the strictest outcome' },
            ]}
            hint={
              whenMissing === 'FAIL_CLOSED'
                ? 'The strictest of the active rules and the default outcome; blocked where none of them is stricter than Allow.'
                : 'Your application gets 400, and nothing is stored.'
            }
          />
          <MethodChoice
            label="Methods that may answer a challenge"
            otherwise="every method that is turned on"
            chosen={verificationMethods}
            onChosen={(methods) => set({ verificationMethods: methods as PolicyDraft['verificationMethods'] & string[] })}
          />
        </div>
      </fieldset>
    </Section>
  )
}
