hall: list = []
desk: list = []
