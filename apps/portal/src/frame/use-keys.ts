import { useEffect, useRef } from 'react'
import { keyName, matchKeys } from '../commands/command.ts'
import { useAllCommands } from '../commands/use-commands.ts'

/** How long the second key may take. */
const patience = 1200

/** Runs the commands whose keys are pressed. In a field keys are text, unless Ctrl is held; in a dialog or a menu they are its own. */
export function useKeys(): void {
  const commands = useAllCommands()
  const latest = useRef(commands)
  latest.current = commands
  useEffect(() => {
    let pressed: string[] = []
    let last = 0
    const onKey = (event: KeyboardEvent) => {
      const name = keyName(event)
      const target = event.target instanceof Element ? event.target : document.body
      if (event.defaultPrevented || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return
      if (target.closest('[role=dialog], [role=menu], [role=listbox]') !== null) return
      if (!name.startsWith('Ctrl+') && target.closest('input, textarea, select, [contenteditable=true]') !== null) return
      pressed = event.timeStamp - last > patience ? [name] : [...pressed, name]
      last = event.timeStamp
      let found = matchKeys(latest.current, pressed)
      // What was begun led nowhere; the key may begin something else.
      if (found === undefined && pressed.length > 1) {
        pressed = [name]
        found = matchKeys(latest.current, pressed)
      }
      if (found === 'more') return
      pressed = []
      if (found === undefined) return
      event.preventDefault()
      found.run()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
