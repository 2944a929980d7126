import { Sentence } from '../../parts/sentence.tsx'
import { UserText } from '../../parts/user-text.tsx'

/** A sentence of the overview: names stand between asterisks, values in backticks. */
export function Emphasized({ children }: { children: string }) {
  return (
    <>
      {children.split(/\*([^*]+)\*/).map((part, place) =>
        place % 2 === 1 ? (
          <strong key={place} className="font-medium text-ink">
            <UserText>{part}</UserText>
          </strong>
        ) : (
          <Sentence key={place}>{part}</Sentence>
        ),
      )}
    </>
  )
}
