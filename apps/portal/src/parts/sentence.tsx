import { UserText } from './user-text.tsx'

/** Backticks around a value; asterisks around the name of a rule, where they begin and end a word. */
const marked = /`([^`]*)`|(?<![^\s(“])\*(\S(?:[^*\n]*\S)?)\*(?![^\s:;,.)”])/g

/** A sentence of the engine or the API. What stands in backticks is a name or a value, between asterisks the name of a rule; both may come from anybody. */
export function Sentence({ children }: { children: string }) {
  // With two groups every third part is plain.
  const parts = children.split(marked)
  return (
    <>
      {parts.map((part, place) => {
        if (part === undefined || part === '') return null
        if (place % 3 === 1)
          return (
            <code key={place} className="rounded-sm bg-hover px-1 font-mono text-[0.92em]">
              <UserText>{part}</UserText>
            </code>
          )
        return place % 3 === 2 ? (
          <UserText key={place} className="font-semibold">
            {part}
          </UserText>
        ) : (
          <UserText key={place}>{part}</UserText>
        )
      })}
    </>
  )
}
