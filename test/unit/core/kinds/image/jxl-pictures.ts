// The squares of formats.test.ts as JPEG XL without loss: bare, in boxes, and half transparent.

const BASE64 = {
  bare: '/woHQSQIBAEAzABLKCTGtRQUBEB9/zMxxngXCAMAkC5ZgF6QcJ6eVn2evutkfl6QkH5eB8ArHPyGRLzCHDk=',
  boxed:
    'AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAABGanhsY/8KB0EkCAQBAMwASygkxrUUFARAff8zMcZ4FwgDAJAuWYBekHCenlZ9nr7rZH5ekJB+XgfAKxz8hkS8whw5',
  transparent: '/woHwUoIEBAA7ABLKCTGtRQUTABeUN//fIwx3gXEAAgkzAFQqKafN/ihnx//oZ+fr3qgn583wAPMBWMAxL2GL8EUu5YGAg==',
};

export const jxl = (name: keyof typeof BASE64) => new Uint8Array(Buffer.from(BASE64[name], 'base64'));
