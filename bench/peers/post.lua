-- Sends comment forms for wrk, each from an address and with words of its own.
-- Arguments: a file with a form in each line, the word in them that stands for those words, and the first number.
-- A line is the path, the body, and the names and values of headers, separated by tabs.
local forms, word, number = {}, "", 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local parts = {}
    for part in (line .. "\t"):gmatch("(.-)\t") do parts[#parts + 1] = part end
    local headers = {}
    for i = 3, #parts - 1, 2 do headers[parts[i]] = parts[i + 1] end
    forms[#forms + 1] = {path = parts[1], body = parts[2], headers = headers}
  end
  word, number = arguments[2], tonumber(arguments[3])
end

local function letters(n)
  local text = ""
  while n > 0 do
    text = string.char(97 + n % 26) .. text
    n = math.floor(n / 26)
  end
  return text
end

function request()
  number = number + 1
  local form = forms[number % #forms + 1]
  -- A /24 for each: sites limit how many comments come from one.
  form.headers["X-Forwarded-For"] = string.format("10.%d.%d.7", math.floor(number / 256) % 256, number % 256)
  return wrk.format("POST", form.path, form.headers, (form.body:gsub(word, letters(number))))
end
