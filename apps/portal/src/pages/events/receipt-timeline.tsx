import { Section } from '../../parts/section.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { describeActor } from './describe-actor.ts'
import type { Receipt } from './receipt.ts'

const dots: Readonly<Record<Receipt['timeline'][number]['kind'], string>> = {
  tracked: 'bg-accent',
  challenge_asked: 'border-2 border-challenge',
  challenge_refused: 'bg-block',
  challenge_passed: 'bg-allow',
  confirmed: 'border-2 border-line-strong',
  validated: 'bg-allow',
  state_set: 'border-2 border-line-strong',
  reviewed: 'bg-review',
  disputed: 'bg-block',
  labelled: 'border-2 border-line-strong',
  unlearned: 'border-2 border-line-strong',
}

/** What happened, oldest first. */
export function ReceiptTimeline({ receipt: { timeline } }: { receipt: Receipt }) {
  return (
    <Section title="What happened">
      <ol className="relative space-y-3 text-sm">
        {timeline.map(({ at, kind, sentence, actor }, place) => (
          <li key={place} className="relative pl-5">
            {place < timeline.length - 1 && <span aria-hidden="true" className="absolute top-3 -bottom-4 left-[0.3rem] w-px bg-line" />}
            <span aria-hidden="true" className={`absolute top-1.5 left-0 size-2.5 rounded-full ${dots[kind]}`} />
            <p>
              <Sentence>{sentence}</Sentence>
            </p>
            <p className="text-xs text-soft">
              <Time at={at} />
              {place > 0 && <Since from={timeline[place - 1]?.at} to={at} />}
              {actor !== undefined && actor.kind !== 'user' && (
                <>
                  {' · by '}
                  <UserText>{describeActor(actor)}</UserText>
                </>
              )}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** How long it took since the entry before, where that is soon. */
function Since({ from, to }: { from: string | undefined; to: string }) {
  const seconds = Math.round((Date.parse(to) - Date.parse(from ?? to)) / 1000)
  if (seconds <= 0 || seconds > 3600) return null
  return <> · {seconds < 60 ? `${seconds} s later` : `${Math.round(seconds / 60)} min later`}</>
}
