def rle(s):
    out, i = [], 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]: j += 1
        out.append((s[i], j - i))
        i = j
    return out
def look(n):
    s = "1"
    for _ in range(n): s = "".join(str(c) + ch for ch, c in rle(s))
    return s
print(rle("aaabccd"), look(8))
