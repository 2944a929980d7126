import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type History, noHistory, noteChange, redo, undo } from './rule-history.ts'

test('what was undone can be redone, until something else is changed', () => {
  let history: History<string> = noHistory
  history = noteChange(history, 'a', '', 0)
  history = noteChange(history, 'b', '', 10)
  const back = undo(history, 'c')
  assert.equal(back?.state, 'b')
  assert.equal(redo(back?.history ?? noHistory, 'b')?.state, 'c')
  const other = noteChange(back?.history ?? noHistory, 'b', '', 20)
  assert.equal(redo(other, 'd'), undefined)
  assert.equal(undo(undo(other, 'd')?.history ?? noHistory, 'b')?.state, 'a')
  assert.equal(undo(noHistory, 'a'), undefined)
})

test('letters typed one after the other are one step', () => {
  let history: History<string> = noHistory
  for (const [at, text] of ['', 'H', 'Hi'].entries()) history = noteChange(history, text, 'name', at * 100)
  assert.deepEqual(history.past, [''])
  history = noteChange(history, 'Hi!', 'name', 60_000)
  assert.deepEqual(history.past, ['', 'Hi!'])
})
