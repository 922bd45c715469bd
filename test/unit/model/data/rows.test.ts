import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkedRows, type Row, type RowKind } from '../../../../src/model/data/rows.js'

function parseRows(text: string | Buffer, kind: RowKind, where?: string): Row[] {
  const rows = checkedRows(Buffer.from(text as string), kind, where)
  return Array.from({ length: rows.count }, (_, index) => rows.row(index))
}

describe('CSV', () => {
  it('reads quotes, line breaks inside them, CRLF, a byte-order mark and a missing last line end', () => {
    const text = '\uFEFFid,name\r\n1,"Smith, ""J"""\r\n2,"two\r\nlines"\r\n\r\n3,'
    expect(parseRows(text, 'csv')).toEqual([
      { id: '1', name: 'Smith, "J"' },
      { id: '2', name: 'two\r\nlines' },
      { id: '3', name: '' },
    ])
    expect(parseRows('a\n x \n""\n', 'csv')).toEqual([{ a: ' x ' }, { a: '' }])
  })

  it('gives back whatever was written', () => {
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
    const plainOrQuoted = (value: string) => (/^[^",\r\n]+$/.test(value) ? value : quoted(value))
    const cell = fc.oneof(fc.string(), fc.constantFrom('', '"', ',', '\r\n', 'a"b', '\n'))
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1 })
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (values, end) => {
        const lines = values.map((row) => row.map(plainOrQuoted).join(','))
        const read = parseRows(['a,b', ...lines].join(end), 'csv')
        expect(read.map(({ a, b }) => [a, b])).toEqual(values)
      }),
      { seed: 1 },
    )
  })

  it.each([
    ['', 'users.csv: is empty; it needs a head line with the names of its columns'],
    ['id,name\n', 'users.csv: has no rows; give it at least one'],
    ['id,na me\n1,2', 'users.csv: line 1: column "na me": use letters'],
    ['id,id\n1,2', 'users.csv: line 1: column id is there twice'],
    ['id,name\n"a\nb",1\n2', 'users.csv: line 4: has 1 instead of the 2 of the head line'],
    ['id\n1\n"a"b\n', 'users.csv: line 3: a quote in the wrong place'],
    ['id\n1\n"never closed', 'users.csv: line 3: a quote in the wrong place'],
    ['id\na"b\n', 'users.csv: line 2: a quote in the wrong place'],
    [
      'user;name\n1;2',
      'users.csv: line 1: column "user;name": is the file separated by semicolons? separate by commas',
    ],
    ['user\tname\n1\t2', 'separated by tabs?'],
    [
      Buffer.from('id\r\nab\r\ncd\xe9\r\n', 'latin1'),
      'users.csv: line 3, column 3: is not UTF-8 (byte 0xE9)',
    ],
    [Buffer.from('\ufeffid\nx', 'utf16le'), 'users.csv: is UTF-16; save it as UTF-8'],
    [Buffer.from('id\nx', 'utf16le'), 'users.csv: is UTF-16'],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parseRows(text, 'csv', 'users.csv')).toThrow(message)
  })
})

describe('JSON', () => {
  it('reads texts, numbers and booleans as what they are, with all digits', () => {
    const text =
      '[{"id":1,"name":"007"},{"name":1e3,"id":true},{"id":9007199254740993,"name":0.12345678901234567890}]'
    const rows = parseRows(text, 'json')
    expect(rows.slice(0, 2)).toEqual([
      { id: 1, name: '007' },
      { id: true, name: 1_000 },
    ])
    expect(rows[2]?.id).toBe(9007199254740993n)
    expect(String(rows[2]?.name)).toBe('0.12345678901234567890')
  })

  it.each([
    ['[1', 'rows.json: is no JSON'],
    ['{}', 'rows.json: must be a JSON list of objects'],
    ['[]', 'rows.json: has no rows'],
    ['[null]', 'rows.json: row 1: must be an object'],
    ['[{"a":1},[2]]', 'rows.json: row 2: must be an object'],
    ['[{}]', 'rows.json: row 1: has no columns'],
    ['[{"a b":1}]', 'rows.json: row 1: column "a b"'],
    ['[{"a":1},{"b":1}]', 'rows.json: row 2: must have the columns of the first row: a'],
    ['[{"a":1},{"a":null}]', 'rows.json: row 2: a: must be a text, a number or a boolean'],
  ])('says where %s is wrong', (text, message) => {
    expect(() => parseRows(text, 'json', 'rows.json')).toThrow(message)
  })
})
