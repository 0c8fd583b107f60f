import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../../local/services/logs/patterns/compile.ts'

const matches = (pattern: string, message: string) => compilePattern(pattern).matches(message)

describe('terms', () => {
  it.each([
    ['', 'anything', true],
    ['ERROR', '[ERROR 400] BAD REQUEST', true],
    ['error', '[ERROR 400]', false],
    ['ERROR REQUEST', '[ERROR 400] BAD REQUEST', true],
    ['ERROR REQUEST', '[ERROR 401] UNAUTHORIZED', false],
    ['"INTERNAL SERVER ERROR"', '500 INTERNAL SERVER ERROR', true],
    ['"INTERNAL SERVER ERROR"', 'SERVER INTERNAL ERROR', false],
    ['?ERROR ?WARN', 'WARN: disk', true],
    ['?ERROR ?WARN', 'INFO: disk', false],
    ['ERROR -Exiting', 'ERROR: Exiting now', false],
    ['ERROR -Exiting', 'ERROR: now', true],
    ['-INFO', 'WARN', true],
    ['%AUTHORIZED$%', 'UNAUTHORIZED', true],
    ['%^AUTH%', 'UNAUTHORIZED', false],
  ])('%s on %s is %s', (pattern, message, expected) => {
    expect(matches(pattern, message)).toBe(expected)
  })
})

describe('JSON', () => {
  const message = JSON.stringify({
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    latency: 120.5,
    count: 0,
    flag: true,
    off: false,
    nothing: null,
    'dotted.key': 'x',
    status: '404',
  })
  it.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.eventType != "UpdateTrail" }', false],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress = %^111% }', true],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[*] = "another value" }', true],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.objectList[*].id > 1 }', true],
    ['{ $.latency > 100 && $.latency <= 120.5 }', true],
    ['{ $.latency > 1e3 || $.count = 0 }', true],
    ['{ $.eventType > 1 }', false],
    ['{ ($.flag IS TRUE) && ($.off IS FALSE) }', true],
    ['{ $.flag IS FALSE }', false],
    ['{ $.nothing IS NULL }', true],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.nothing NOT EXISTS }', false],
    ['{ $.missing != "x" }', false],
    ['{ $.["dotted.key"] = x }', true],
    ['{ $.status = "404" }', true],
    // A team compared these on AWS: a quoted text is no number, a bare one may be; a star stands at the ends only.
    ['{ $.latency = "120.5" }', false],
    ['{ $.latency != "120.5" }', false],
    ['{ $.latency = 120* }', true],
    ['{ $.latency = *.5 }', true],
    ['{ $.latency = * }', true],
    ['{ $.latency != 121* }', true],
    ['{ $.sourceIPAddress = "11*1" }', false],
    ['{ $.sourceIPAddress = *11.1* }', true],
    ['{ $.objectList = "a" }', false],
    ['{ $.objectList != "a" }', false],
    ['{ ($.a = 1 || $.flag IS TRUE) && $.count < 1 }', true],
  ])('%s is %s', (pattern, expected) => {
    expect(matches(pattern, message)).toBe(expected)
  })

  it('never matches what is no JSON', () => {
    expect(matches('{ $.a NOT EXISTS }', 'plain text')).toBe(false)
    expect(matches('{ $.a NOT EXISTS }', '{broken')).toBe(false)
  })
})

describe('fields', () => {
  const line = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
  it.each([
    ['[ip, server, username, timestamp, request, status_code, bytes]', true],
    ['[ip, server, username, timestamp, request, status_code = 4*, bytes]', true],
    ['[ip, server, username, timestamp, request, status_code = 404 || status_code = 410, bytes]', true],
    ['[ip, server, username, timestamp, request = "GET*", status_code, bytes > 1000]', true],
    ['[ip, server, username, timestamp, request, status_code, bytes > 2000]', false],
    ['[ip, ..., bytes=1534]', true],
    ['[..., status_code, bytes < 2000]', true],
    ['[ip=%127\\.0\\.0\\.[1-9]%, ...]', true],
    ['[ip, server]', false],
  ])('%s is %s', (pattern, expected) => {
    expect(matches(pattern, line)).toBe(expected)
  })

  it('tells what it extracts: fields by name or place, and the members that a JSON pattern names', () => {
    expect(compilePattern('[ip, server, ..., bytes]').extracted(line)).toEqual({
      ...{ $ip: '127.0.0.1', $server: 'Prod', $3: 'frank', $4: '10/Oct/2000:13:25:15 -0700' },
      ...{ $5: 'GET /index.html HTTP/1.0', $6: '404', $bytes: '1534' },
    })
    expect(compilePattern('[]').extracted('a b')).toEqual({ $1: 'a', $2: 'b' })
    expect(compilePattern('{ $.a = 1 || $.b EXISTS }').extracted('{"a":1,"c":2}')).toEqual({ '$.a': '1' })
  })

  it('extracts a field by its name', () => {
    expect(compilePattern('[..., status_code, bytes]').extract(line, '$bytes')).toBe('1534')
  })
})

it.each([
  ['{ $.a = }', 'Invalid filter pattern'],
  ['{ ($.a = 1 }', 'Invalid filter pattern'],
  ['{ a = 1 }', 'Invalid filter pattern'],
  ['%(%', 'Invalid filter pattern'],
  // As users' logs show them.
  ['{ $.a > "x" }', `Invalid character(s) in term '"x"'`],
  ['{ $."sc-status" = 5* }', `Invalid character(s) in term '$."'`],
  ['?Status: timeout', "Invalid character(s) in term ':'"],
  ['someone@example', "Invalid character(s) in term '@'"],
  ['a (b)', "Invalid character(s) in term '('"],
])('refuses %s: %s', (pattern, message) => {
  expect(() => compilePattern(pattern)).toThrow(message)
})
