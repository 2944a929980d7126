import { visiblePieces } from './visible-text.ts'

/**
 * A text that came from outside: names, ids, custom data. It cannot change the direction of what stands beside it, and characters that nobody would see are shown by
 * name. Use it for everything that the portal did not write itself.
 */
export function UserText({ children, className = '' }: { children: string; className?: string }) {
  const pieces = visiblePieces(children)
  return (
    <bdi className={`[overflow-wrap:anywhere] ${className}`}>
      {pieces.map(({ text, isHidden }, place) =>
        isHidden ? (
          <span
            key={place}
            title="A character that is not seen"
            className="mx-px rounded-sm bg-unknown-tint px-1 font-mono text-xs text-unknown"
          >
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </bdi>
  )
}
