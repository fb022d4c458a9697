def valid(s):
    st, pair = [], {')': '(', ']': '[', '}': '{'}
    for c in s:
        if c in "([{": st.append(c)
        elif not st or st.pop() != pair[c]: return False
    return not st
print([valid(x) for x in ("()[]{}", "([)]", "(((", "")])
def gen(n):
    res = []
    def go(s, o, c):
        if len(s) == 2 * n: res.append(s); return
        if o < n: go(s + "(", o + 1, c)
        if c < o: go(s + ")", o, c + 1)
    go("", 0, 0)
    return res
print(gen(3), len(gen(6)))
