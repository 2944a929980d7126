import type { Ref } from 'react'
import { Link } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Menu, type MenuItem } from '../../parts/menu.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import { RuleFigures, type RuleStatistics } from './rule-figures.tsx'
import { RuleSnoozes } from './rule-snoozes.tsx'

type Snooze = components['schemas']['RuleSnooze']

/** What can be done with a rule. All but the snoozes changes the draft alone. */
export interface RuleHandlers {
  move(ruleId: string, step: -1 | 1): void
  setMode(ruleId: string, mode: DraftRule['mode']): void
  duplicate(ruleId: string): void
  remove(ruleId: string): void
  putBack(ruleId: string): void
  snooze(ruleId: string): void
}

interface Props {
  actionCode: string
  rule: DraftRule
  place: number
  of: number
  sentence: string | undefined
  /** Against what is in force. */
  difference: 'new' | 'changed' | 'same'
  statistics: RuleStatistics | undefined
  warnings: readonly string[]
  snoozes: readonly Snooze[]
  /** With the rule that is looked at: how many of that one's hits this one has too. */
  overlap: { events: number; of: number; place: number } | undefined
  handlers: RuleHandlers | undefined
  dragHandle: Ref<HTMLSpanElement>
}

const unenrolled = {
  ENROLL: 'people without an authenticator add one',
  BLOCK: 'people without an authenticator are blocked',
  ALLOW: 'people without an authenticator pass',
} as const

export function RuleCard(props: Props) {
  const { actionCode, rule, place, of, sentence, difference, statistics, warnings, snoozes, overlap, handlers, dragHandle } = props
  const { ruleId, name, type, mode, rolloutPercent, expiresAt, whenUnenrolled } = rule
  const href = `/actions/${encodeURIComponent(actionCode)}/rules/${encodeURIComponent(ruleId)}`
  return (
    <div className={`flex gap-2 py-3 pr-2 pl-1 ${mode === 'off' ? 'text-soft' : ''}`}>
      <div className={`shrink-0 ${handlers ? 'w-12' : 'w-6'}`}>
        <div className="flex h-6 items-center justify-center gap-1">
          <span ref={dragHandle} title={handlers && 'Drag to another place'} className={handlers ? 'cursor-grab text-soft' : 'hidden'}>
            <Icon name="drag" />
          </span>
          <span className="text-sm font-semibold">{place + 1}</span>
        </div>
        {handlers && (
          <div className="flex">
            <IconButton
              isSmall
              icon="up"
              label={`Move ${name} up`}
              data-move={`${ruleId} -1`}
              disabled={place === 0}
              onClick={() => handlers.move(ruleId, -1)}
            />
            <IconButton
              isSmall
              icon="down"
              label={`Move ${name} down`}
              data-move={`${ruleId} 1`}
              disabled={place === of - 1}
              onClick={() => handlers.move(ruleId, 1)}
            />
          </div>
        )}
      </div>
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-2 narrow:grid-cols-[minmax(0,1fr)_15rem]">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h3 className="min-w-0 font-medium">
              <Link href={href} className="hover:underline">
                <UserText>{name}</UserText>
              </Link>
            </h3>
            <StateBadge state={type} />
            {mode === 'shadow' && <Chip>In shadow: recorded, not applied</Chip>}
            {mode === 'off' && <Chip>Turned off</Chip>}
            {rolloutPercent !== undefined && rolloutPercent !== null && <Chip>For {rolloutPercent} % of people</Chip>}
            {expiresAt && (
              <Chip>
                Until <Time at={expiresAt} />
              </Chip>
            )}
            {difference !== 'same' && (
              <span className="text-xs font-medium text-accent">
                ● {difference === 'new' ? 'New, not live yet' : 'Changed, not live yet'}
              </span>
            )}
          </div>
          <p className="mt-1 max-w-[75ch] text-pretty">{sentence === undefined ? '…' : <Sentence>{sentence}</Sentence>}</p>
          {rule.description && (
            <p className="mt-0.5 max-w-[75ch] text-xs text-soft">
              <UserText>{rule.description}</UserText>
            </p>
          )}
          {demandsOf(rule) && <p className="mt-0.5 text-xs text-soft">The proof must be {demandsOf(rule)}.</p>}
          {whenUnenrolled && <p className="mt-0.5 text-xs text-soft">When challenged, {unenrolled[whenUnenrolled]}.</p>}
          {warnings.map((warning) => (
            <p key={warning} className="mt-1 flex max-w-[75ch] gap-1.5 text-xs text-challenge">
              <Icon name="warning" className="size-3.5" />
              <span>
                <Sentence>{warning}</Sentence>
              </span>
            </p>
          ))}
          <RuleSnoozes actionCode={actionCode} ruleId={ruleId} name={name} snoozes={snoozes} />
        </div>
        <div>
          <RuleFigures statistics={statistics} />
          <p className="mt-1 min-h-4 text-xs font-medium text-accent">
            {overlap && `In ${overlap.events.toLocaleString()} of ${overlap.of.toLocaleString()} latest hits of rule ${overlap.place + 1}`}
          </p>
        </div>
      </div>
      {handlers && (
        <div className="shrink-0">
          <Menu
            trigger={<IconButton icon="more" label={`What to do with ${name}`} />}
            groups={[
              [
                { label: 'Edit', href },
                { label: 'Duplicate', onChoose: () => handlers.duplicate(ruleId) },
              ],
              modeItems(rule, handlers),
              snoozeItems(rule, difference, handlers),
              [
                ...(difference === 'changed' ? [{ label: 'Put back as it is live', onChoose: () => handlers.putBack(ruleId) }] : []),
                { label: 'Remove', isDanger: true, onChoose: () => handlers.remove(ruleId) },
              ],
            ].filter((group) => group.length > 0)}
          />
        </div>
      )}
    </div>
  )
}

/** What a challenge by the rule requires of the proof. */
function demandsOf({ type, challenge, verificationMethods }: DraftRule): string | undefined {
  if (type !== 'CHALLENGE') return undefined
  const demands = [
    challenge?.phishingResistant && 'bound to your site',
    challenge?.deviceBound && 'from a passkey that cannot leave its device',
    challenge?.maxAgeSeconds && `given within ${challenge.maxAgeSeconds.toLocaleString()} seconds`,
    verificationMethods?.length && `one of ${verificationMethods.join(', ')}`,
  ].filter((demand) => typeof demand === 'string')
  return demands.length === 0 ? undefined : demands.join(', ')
}

function modeItems({ ruleId, mode }: DraftRule, { setMode }: RuleHandlers): MenuItem[] {
  const items: [DraftRule['mode'], string][] = [
    ['active', 'Turn on'],
    ['shadow', 'Put into shadow'],
    ['off', 'Turn off'],
  ]
  return items.filter(([other]) => other !== mode).map(([other, label]) => ({ label, onChoose: () => setMode(ruleId, other) }))
}

function snoozeItems({ ruleId, type }: DraftRule, difference: Props['difference'], { snooze }: RuleHandlers): MenuItem[] {
  // A rule that is not in force has nobody to spare, and sparing somebody from an allowance would be stricter.
  return difference === 'new' || type === 'ALLOW' ? [] : [{ label: 'Snooze for somebody …', onChoose: () => snooze(ruleId) }]
}

/** A rule that is in force and no longer in the draft. */
export function RemovedRule({ name, onPutBack }: { name: string; onPutBack: () => void }) {
  return (
    <li className="flex flex-wrap items-center gap-2 border-b py-2 pl-15 text-sm text-soft">
      <span>
        <s>
          <UserText>{name}</UserText>
        </s>{' '}
        is removed, not live yet.
      </span>
      <Button look="quiet" className="h-6 px-2 text-xs" onClick={onPutBack}>
        Put back
      </Button>
    </li>
  )
}
