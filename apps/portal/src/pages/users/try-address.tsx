import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { type Answer, api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { ActionRules } from './find-snoozes.ts'
import { parseCustom } from './parse-custom.ts'
import type { Profile, UserEvent } from './unlike-usual.ts'

interface Props {
  userId: string
  actions: readonly ActionRules[]
  addresses: Profile['addresses']
  latest: UserEvent | undefined
}

/** Tries an action of the user from an address against the policy in force. Nothing is stored, counted or learned. */
export function TryAddress({ userId, actions, addresses, latest }: Props) {
  const [actionCode, setActionCode] = useState(latest?.action ?? actions[0]?.action.actionCode ?? '')
  const [address, setAddress] = useState(latest?.ipAddress ?? addresses[0]?.address.replace(/\/64$/, '') ?? '')
  const [device, setDevice] = useState(latest?.deviceId ?? '')
  const required = actions.find(({ action }) => action.actionCode === actionCode)?.action.requiredDataPoints ?? []
  const [data, setData] = useState<string>()
  const shownData = data ?? required.map((name) => `${name} = `).join('\n')
  const custom = parseCustom(shownData)
  const attempt = useMutation({
    mutationFn: () =>
      api.post('/action-configurations/{actionCode}/evaluate', {
        path: { actionCode },
        body: {
          event: {
            userId,
            ...(address.trim() === '' ? {} : { ipAddress: address.trim() }),
            ...(device.trim() === '' ? {} : { deviceId: device.trim() }),
            ...(Object.keys(custom).length === 0 ? {} : { custom }),
          },
        },
      }),
  })
  return (
    <div className="grid gap-6 wide:grid-cols-[24rem_minmax(0,1fr)]">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          attempt.mutate()
        }}
      >
        <Select
          label="Action"
          value={actionCode}
          onValue={(code) => {
            setActionCode(code)
            setData(undefined)
          }}
          options={actions.map(({ action }) => ({ value: action.actionCode, label: action.actionCode }))}
        />
        <TextField label="Address" value={address} onValue={setAddress} isMono />
        <TextField label="Device id" value={device} onValue={setDevice} isMono hint="Empty: the application sends none." />
        <label className="block text-sm">
          <span className="mb-1 block font-medium">Custom data</span>
          <textarea
            rows={3}
            value={shownData}
            onChange={(event) => setData(event.target.value)}
            spellCheck={false}
            placeholder="transactionValue = 500"
            className="w-full rounded-md border border-line-strong bg-surface px-2.5 py-1.5 font-mono text-xs"
          />
          <span className="text-xs text-soft">A name, an equals sign and a value on each line.</span>
        </label>
        <Button type="submit" look="primary" isBusy={attempt.isPending}>
          Try it
        </Button>
        <p className="text-xs text-soft">Nothing is stored, counted or learned.</p>
      </form>
      <div aria-live="polite" className="min-w-0">
        {attempt.isError && <Problem what="It could not be tried" error={attempt.error} />}
        {attempt.data && <Outcome result={attempt.data} actionCode={actionCode} rules={actions} />}
        {attempt.isIdle && <p className="text-soft">The decision appears here, with every rule that would apply.</p>}
      </div>
    </div>
  )
}

type Result = Answer<'post', '/action-configurations/{actionCode}/evaluate'>

function Outcome({ result, actionCode, rules: actions }: { result: Result; actionCode: string; rules: readonly ActionRules[] }) {
  const rules = actions.find(({ action }) => action.actionCode === actionCode)?.rules ?? []
  const groups = [
    ['Apply', result.ruleIds],
    ['Cannot be judged, because a fact is missing', result.undeterminedRuleIds],
    ['Apply in shadow only', result.shadowRuleIds],
  ] as const
  return (
    <div className="space-y-3">
      <p className="flex flex-wrap items-center gap-2">
        <StateBadge state={result.state} />
        <span>
          <Sentence>{result.explanation.sentence}</Sentence>
        </span>
      </p>
      {groups.map(([title, ids]) =>
        ids.length === 0 ? null : (
          <div key={title}>
            <h3 className="text-sm text-soft">{title}</h3>
            <ul className="text-sm">
              {ids.map((ruleId) => (
                <li key={ruleId} className="border-b py-1.5">
                  <Link
                    href={`/actions/${encodeURIComponent(actionCode)}/rules/${encodeURIComponent(ruleId)}`}
                    className="font-medium hover:underline"
                  >
                    <UserText>{rules.find((rule) => rule.ruleId === ruleId)?.name ?? ruleId}</UserText>
                  </Link>
                  {ruleId === result.ruleId && <span className="text-soft"> · decides</span>}
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
    </div>
  )
}
