import { UserText } from './user-text.tsx'

/** A sentence of the engine or the API. What stands in backticks is a name or a value, and between asterisks the name of a rule; both may come from anybody. */
export function Sentence({ children }: { children: string }) {
  return (
    <>
      {children.split(/(`[^`]*`|\*[^\s*](?:[^*]*[^\s*])?\*)/).map((part, place) => {
        const inner = <UserText key={place}>{place % 2 === 1 ? part.slice(1, -1) : part}</UserText>
        if (place % 2 === 0) return inner
        if (part.startsWith('*'))
          return (
            <strong key={place} className="font-medium">
              {inner}
            </strong>
          )
        return (
          <code key={place} className="rounded-sm bg-hover px-1 font-mono text-[0.92em]">
            {inner}
          </code>
        )
      })}
    </>
  )
}
