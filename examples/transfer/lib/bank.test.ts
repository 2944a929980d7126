import assert from 'node:assert/strict'
import { test } from 'node:test'
import { balanceOf, createTransfer, end, execute, findTransfer, listTransfers, type Transfer } from './bank.ts'
import { findPerson, type Person } from './people.ts'

const [ada, ben, chloe] = ['ada', 'ben', 'chloe'].map(customer) as [Person, Person, Person]

function customer(id: string): Person {
  const person = findPerson(id)
  assert.ok(person)
  return person
}

function transfer(person: Person, amount: number): Transfer {
  const created = createTransfer(person, person.payees[0]?.id, amount)
  assert.ok(typeof created === 'object')
  return created
}

test('a transfer that is put on record moves nothing', () => {
  const before = balanceOf(ada)
  assert.equal(transfer(ada, 100).status, 'pending')
  assert.equal(balanceOf(ada), before)
})

test('a transfer is executed once', () => {
  const before = balanceOf(ada)
  const payment = transfer(ada, 12.34)
  assert.equal(execute(payment), true)
  assert.equal(execute(payment), false)
  assert.equal(balanceOf(ada), before - 1234)
})

test('what has ended is never executed', () => {
  const before = balanceOf(ada)
  for (const status of ['cancelled', 'declined'] as const) {
    const payment = transfer(ada, 10)
    end(payment, status)
    assert.equal(execute(payment), false)
    end(payment, status === 'cancelled' ? 'declined' : 'cancelled')
    assert.equal(payment.status, status)
  }
  assert.equal(balanceOf(ada), before)
})

test('two transfers that the money is enough for only once are not both executed', () => {
  const all = balanceOf(chloe) / 100
  const [first, second] = [transfer(chloe, all), transfer(chloe, all)]
  assert.equal(execute(first), true)
  assert.equal(execute(second), false)
  assert.equal(second.status, 'declined')
  assert.equal(balanceOf(chloe), 0)
})

test('amounts are positive dollars and cents that the account covers, to payees of one’s own', () => {
  const payee = ada.payees[0]?.id
  for (const amount of [0, -5, 0.001, Number.NaN, Number.POSITIVE_INFINITY, 1e9, '100', null, undefined, [100], {}]) {
    assert.equal(createTransfer(ada, payee, amount), 'invalid_amount', String(amount))
  }
  assert.equal(createTransfer(ada, payee, 900_000), 'insufficient_funds')
  assert.equal(createTransfer(ada, ben.payees[0]?.id, 1), 'unknown_payee')
  assert.equal(createTransfer(ada, undefined, 1), 'unknown_payee')
})

test('a customer finds and lists their own transfers, newest first', () => {
  const [first, second] = [transfer(ben, 1), transfer(ben, 2)]
  assert.deepEqual(listTransfers(ben), [second, first])
  assert.equal(findTransfer(ben, first.id), first)
  assert.equal(findTransfer(ada, first.id), undefined)
  assert.equal(findTransfer(ben, 'x'), undefined)
  assert.equal(findTransfer(ben, ['x']), undefined)
})
