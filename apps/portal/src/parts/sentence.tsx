import { UserText } from './user-text.tsx'

/** A sentence of the engine or the API. What stands in backticks is a name or a value, and may come from anybody. */
export function Sentence({ children }: { children: string }) {
  return (
    <>
      {children.split(/`([^`]*)`/).map((part, place) =>
        place % 2 === 1 ? (
          <code key={place} className="rounded-sm bg-hover px-1 font-mono text-[0.92em]">
            <UserText>{part}</UserText>
          </code>
        ) : (
          <UserText key={place}>{part}</UserText>
        ),
      )}
    </>
  )
}
