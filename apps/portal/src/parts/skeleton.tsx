import { useEffect, useState } from 'react'

/** Stands for what is being read, in its size. Appears after 200 ms: what is quick should not flicker. */
export function Skeleton({ lines = 6, what = 'the page' }: { lines?: number; what?: string }) {
  const [age, setAge] = useState<'new' | 'slow' | 'very slow'>('new')
  useEffect(() => {
    const timers = [setTimeout(() => setAge('slow'), 200), setTimeout(() => setAge('very slow'), 1200)]
    return () => timers.forEach(clearTimeout)
  }, [])
  return (
    <div aria-busy="true" className={age === 'new' ? 'invisible' : ''}>
      <p role="status" className="h-6 text-sm text-soft">
        {age === 'very slow' ? `Reading ${what} …` : ''}
      </p>
      {Array.from({ length: lines }, (_, place) => (
        <div key={place} aria-hidden="true" className="flex h-8 items-center border-b">
          <div className="h-3 rounded-sm bg-unknown-tint" style={{ width: `${35 + ((place * 37) % 50)}%` }} />
        </div>
      ))}
    </div>
  )
}
