import { describe, expect, test } from 'vitest'
import type { Me } from '@/shared/session/me.ts'
import { mayEnterMastery, mayRecord, recordableKinds } from './kinds.ts'
import { localTime, piecesOf, scoreOf, timeOf, withFields } from './pieces.ts'

const someone: Me = { accountId: 'a', name: 'A', login: null, employeeCode: 'E1', reports: false, classes: ['RECORD'], grants: [], employee: null }

describe('recordableKinds', () => {
  test.each([
    ['oneself', someone, 'E1', ['SELF_ASSESSMENT']],
    ['no role', someone, 'E2', []],
    ['a line', { ...someone, reports: true }, 'E2', ['SUPERVISOR_RATING']],
    ['an expert', { ...someone, grants: [{ role: 'EXPERT' as const, orgUnit: null }] }, 'E2', []],
    [
      'a trainer',
      { ...someone, grants: [{ role: 'TRAINER' as const, orgUnit: 'D' }] },
      'E2',
      ['EXAM', 'PRACTICE', 'COURSE_COMPLETION', 'DEFENCE', 'CERTIFICATE', 'PEER_RATING'],
    ],
    [
      'a trainer with a line',
      { ...someone, reports: true, grants: [{ role: 'TRAINER' as const, orgUnit: 'D' }] },
      'E2',
      ['SUPERVISOR_RATING', 'EXAM', 'PRACTICE', 'COURSE_COMPLETION', 'DEFENCE', 'CERTIFICATE', 'PEER_RATING'],
    ],
  ])('%s', (_, me, person, kinds) => {
    expect(recordableKinds(me, person)).toEqual(kinds)
    expect(mayRecord(me, person)).toBe(kinds.length > 0)
  })
  test('everything on an open server', () => expect(recordableKinds({ ...someone, accountId: 'open-loopback', employeeCode: null }, 'E2')).toHaveLength(8))
  test('a mastery is entered of others alone', () => {
    const trainer = { ...someone, classes: ['RECORD', 'ASSESS'] }
    expect(mayEnterMastery(trainer, 'E2')).toBe(true)
    expect(mayEnterMastery(trainer, 'E1')).toBe(false)
    expect(mayEnterMastery(someone, 'E2')).toBe(false)
  })
})

describe('piecesOf', () => {
  const now = new Date('2026-03-01T08:00:00Z')
  const points = [
    { value: 'K1', label: 'one' },
    { value: 'K2', label: 'two' },
  ]
  test('a rating is one piece a point, with ids that stay', () => {
    const values = { what: 'evidence' as const, kind: 'SUPERVISOR_RATING' as const, points, by: 'level' as const, level: 0.7, percent: 10 }
    const pieces = piecesOf('id', 'E2', values, now)
    expect(pieces.map((p) => [p.id, p.knowledgePoints, p.score])).toEqual([
      ['id-1', ['K1'], 0.7],
      ['id-2', ['K2'], 0.7],
    ])
    expect(piecesOf('id', 'E2', values, now)).toEqual(pieces)
  })
  test('an exam is one piece of all its points', () => {
    const pieces = piecesOf('id', 'E2', { what: 'evidence', kind: 'EXAM', points, by: 'percent', percent: 85, source: ' ', item: ' Q1 ' }, now)
    expect(pieces).toEqual([
      { id: 'id', employee: 'E2', knowledgePoints: ['K1', 'K2'], kind: 'EXAM', score: 0.85, at: now.toISOString(), item: 'Q1', source: undefined },
    ])
  })
})

test('a score of nothing is 0, not absent', () => {
  expect(scoreOf({ by: 'level', level: 0, percent: 50 })).toBe(0)
  expect(scoreOf({ by: 'percent', level: 0.7, percent: 0 })).toBe(0)
})

test('a typed time is local and comes back as it was typed', () => {
  const typed = '2026-03-01T09:30'
  expect(localTime(new Date(timeOf(typed, new Date())))).toBe(typed)
})

test.each([
  ['evidence.0.score', 'percent'],
  ['evidence.0.knowledgePoints', 'points'],
  ['evidence.0.knowledgePoints.1', 'points'],
  ['assessedAt', 'at'],
  ['evidence.0.employee', null],
  [null, null],
])('the field of %s', (field, expected) => expect(withFields([{ field, message: 'm' }], 'percent')).toEqual([{ field: expected, message: 'm' }]))

test('what is wrong with several pieces is said once', () => {
  const wrong = (field: string, message: string) => ({ field, message })
  expect(withFields([wrong('evidence.0.at', 'late'), wrong('evidence.1.at', 'late'), wrong('evidence.1.knowledgePoints', 'late')], 'level')).toEqual([
    wrong('at', 'late'),
    wrong('points', 'late'),
  ])
})
