/** Names and characters of the emoji in common use, in groups that begin with a title. The names are Slack's. */
export const TABLE = `
Faces
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 rolling_on_the_floor_laughing 🤣 joy 😂
slightly_smiling_face 🙂 upside_down_face 🙃 melting_face 🫠 wink 😉 blush 😊 innocent 😇
smiling_face_with_3_hearts 🥰 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 kissing 😗 relaxed ☺️
smiling_face_with_tear 🥲 yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 zany_face 🤪
stuck_out_tongue_closed_eyes 😝 money_mouth_face 🤑 hugging_face 🤗 face_with_hand_over_mouth 🤭
shushing_face 🤫 thinking_face 🤔 saluting_face 🫡 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨
neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬
lying_face 🤥 relieved 😌 pensive 😔 sleepy 😪 drooling_face 🤤 sleeping 😴 mask 😷 face_with_thermometer 🤒
face_with_head_bandage 🤕 nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 woozy_face 🥴 dizzy_face 😵
exploding_head 🤯 face_with_cowboy_hat 🤠 partying_face 🥳 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐
confused 😕 worried 😟 slightly_frowning_face 🙁 white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲
flushed 😳 pleading_face 🥺 face_holding_back_tears 🥹 frowning 😦 anguished 😧 fearful 😨 cold_sweat 😰
disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 confounded 😖 persevere 😣 disappointed 😞 sweat 😓 weary 😩
tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 face_with_symbols_on_mouth 🤬 smiling_imp 😈 skull 💀
hankey 💩 clown_face 🤡 ghost 👻 alien 👽 space_invader 👾 robot_face 🤖 see_no_evil 🙈 hear_no_evil 🙉
speak_no_evil 🙊

People
wave 👋 raised_back_of_hand 🤚 raised_hand_with_fingers_splayed 🖐️ hand ✋ spock-hand 🖖 ok_hand 👌
pinched_fingers 🤌 pinching_hand 🤏 v ✌️ crossed_fingers 🤞 i_love_you_hand_sign 🤟 the_horns 🤘 call_me_hand 🤙
point_left 👈 point_right 👉 point_up_2 👆 point_down 👇 point_up ☝️ +1 👍 -1 👎 fist ✊ facepunch 👊
left-facing_fist 🤛 right-facing_fist 🤜 clap 👏 raised_hands 🙌 heart_hands 🫶 open_hands 👐
palms_up_together 🤲 handshake 🤝 pray 🙏 writing_hand ✍️ nail_care 💅 muscle 💪 ear 👂 brain 🧠 eyes 👀 eye 👁️
tongue 👅 baby 👶 child 🧒 man 👨 woman 👩 older_man 👴 older_woman 👵 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️
shrug 🤷 face_palm 🤦 man-facepalming 🤦‍♂️ woman-facepalming 🤦‍♀️ raising_hand 🙋 no_good 🙅 ok_woman 🙆 bow 🙇
technologist 🧑‍💻 male-technologist 👨‍💻 female-technologist 👩‍💻 sleuth_or_spy 🕵️ firefighter 🧑‍🚒 cop 👮
construction_worker 👷 guardsman 💂 superhero 🦸 mage 🧙 runner 🏃 walking 🚶 dancer 💃 busts_in_silhouette 👥
bust_in_silhouette 👤 speaking_head_in_silhouette 🗣️ footprints 👣

Nature
dog 🐶 cat 🐱 mouse 🐭 hamster 🐹 rabbit 🐰 fox_face 🦊 bear 🐻 panda_face 🐼 koala 🐨 tiger 🐯 lion_face 🦁 cow 🐮
pig 🐷 frog 🐸 monkey_face 🐵 chicken 🐔 penguin 🐧 bird 🐦 eagle 🦅 duck 🦆 owl 🦉 bat 🦇 wolf 🐺 horse 🐴
unicorn_face 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 ladybug 🐞 beetle 🪲 ant 🐜 spider 🕷️ turtle 🐢 snake 🐍 octopus 🐙
crab 🦀 shrimp 🦐 whale 🐳 dolphin 🐬 fish 🐟 shark 🦈 elephant 🐘 camel 🐫 sloth 🦥 feet 🐾 dragon 🐉 cactus 🌵
christmas_tree 🎄 evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 seedling 🌱 herb 🌿 four_leaf_clover 🍀
fallen_leaf 🍂 mushroom 🍄 bouquet 💐 tulip 🌷 rose 🌹 sunflower 🌻 cherry_blossom 🌸 earth_africa 🌍
earth_americas 🌎 earth_asia 🌏 full_moon 🌕 new_moon 🌑 crescent_moon 🌙 star ⭐ star2 🌟 sparkles ✨ dizzy 💫
zap ⚡ fire 🔥 boom 💥 comet ☄️ sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️
snowflake ❄️ snowman ⛄ rainbow 🌈 umbrella ☔ droplet 💧 ocean 🌊 tornado 🌪️ fog 🌫️

Food
apple 🍎 green_apple 🍏 pear 🍐 tangerine 🍊 lemon 🍋 banana 🍌 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒
peach 🍑 mango 🥭 pineapple 🍍 coconut 🥥 kiwifruit 🥝 tomato 🍅 avocado 🥑 hot_pepper 🌶️ corn 🌽 carrot 🥕
potato 🥔 croissant 🥐 bread 🍞 pretzel 🥨 cheese_wedge 🧀 egg 🥚 bacon 🥓 pancakes 🥞 hamburger 🍔 fries 🍟
pizza 🍕 hotdog 🌭 sandwich 🥪 taco 🌮 burrito 🌯 green_salad 🥗 spaghetti 🍝 ramen 🍜 stew 🍲 curry 🍛 sushi 🍣
bento 🍱 dumpling 🥟 rice 🍚 icecream 🍦 doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 cupcake 🧁 pie 🥧
chocolate_bar 🍫 candy 🍬 popcorn 🍿 salt 🧂 honey_pot 🍯 coffee ☕ tea 🍵 bubble_tea 🧋 beer 🍺 beers 🍻
clinking_glasses 🥂 wine_glass 🍷 tumbler_glass 🥃 cocktail 🍸 champagne 🍾 fork_and_knife 🍴

Activity
soccer ⚽ basketball 🏀 football 🏈 baseball ⚾ tennis 🎾 volleyball 🏐 rugby_football 🏉 8ball 🎱
table_tennis_paddle_and_ball 🏓 goal_net 🥅 golf ⛳ fishing_pole_and_fish 🎣 boxing_glove 🥊 ski 🎿 trophy 🏆
first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 sports_medal 🏅 medal 🎖️ reminder_ribbon 🎗️
ticket 🎫 circus_tent 🎪 art 🎨 clapper 🎬 microphone 🎤 headphones 🎧 musical_note 🎵 notes 🎶 guitar 🎸
drum_with_drumsticks 🥁 trumpet 🎺 violin 🎻 game_die 🎲 chess_pawn ♟️ dart 🎯 bowling 🎳 video_game 🎮
slot_machine 🎰 jigsaw 🧩 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 ribbon 🎀 jack_o_lantern 🎃 crystal_ball 🔮

Travel
car 🚗 taxi 🚕 bus 🚌 police_car 🚓 ambulance 🚑 fire_engine 🚒 minibus 🚐 truck 🚚 tractor 🚜 bike 🚲 scooter 🛴
rotating_light 🚨 busstop 🚏 vertical_traffic_light 🚦 traffic_light 🚥 construction 🚧 octagonal_sign 🛑 anchor ⚓
boat ⛵ ship 🚢 airplane ✈️ airplane_departure 🛫 airplane_arriving 🛬 helicopter 🚁 rocket 🚀 flying_saucer 🛸
satellite 🛰️ train 🚋 bullettrain_side 🚄 metro 🚇 station 🚉 fuelpump ⛽ world_map 🗺️ compass 🧭 mountain ⛰️
volcano 🌋 camping 🏕️ beach_with_umbrella 🏖️ desert_island 🏝️ house 🏠 house_with_garden 🏡 office 🏢 hospital 🏥
bank 🏦 hotel 🏨 school 🏫 factory 🏭 european_castle 🏰 statue_of_liberty 🗽 bridge_at_night 🌉 city_sunset 🌇
sunrise 🌅 night_with_stars 🌃 fireworks 🎆 sparkler 🎇

Objects
watch ⌚ iphone 📱 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾 cd 💿 camera 📷
movie_camera 🎥 telephone_receiver 📞 phone ☎️ pager 📟 fax 📠 tv 📺 radio 📻 stopwatch ⏱️ timer_clock ⏲️
alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦 candle 🕯️
fire_extinguisher 🧯 moneybag 💰 dollar 💵 euro 💶 credit_card 💳 receipt 🧾 gem 💎 scales ⚖️ wrench 🔧 hammer 🔨
hammer_and_wrench 🛠️ toolbox 🧰 nut_and_bolt 🔩 gear ⚙️ chains ⛓️ hook 🪝 magnet 🧲 ladder 🪜 alembic ⚗️ test_tube 🧪
microscope 🔬 telescope 🔭 satellite_antenna 📡 syringe 💉 pill 💊 adhesive_bandage 🩹 stethoscope 🩺 door 🚪 bed 🛏️
broom 🧹 basket 🧺 soap 🧼 bathtub 🛁 shopping_trolley 🛒 package 📦 mailbox 📫 envelope ✉️ incoming_envelope 📨
e-mail 📧 love_letter 💌 inbox_tray 📥 outbox_tray 📤 postbox 📮 ballot_box_with_ballot 🗳️ pencil2 ✏️ memo 📝
briefcase 💼 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ date 📅 calendar 📆 spiral_calendar_pad 🗓️
card_index 📇 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 pushpin 📌
round_pushpin 📍 paperclip 📎 straight_ruler 📏 scissors ✂️ file_cabinet 🗄️ wastebasket 🗑️ lock 🔒 unlock 🔓 key 🔑
old_key 🗝️ closed_lock_with_key 🔐 shield 🛡️ bomb 💣 knot 🪢 thread 🧵 eyeglasses 👓 necktie 👔 shirt 👕 crown 👑
tophat 🎩 mortar_board 🎓 helmet_with_white_cross ⛑️ ring 💍 books 📚 book 📖 bookmark 🔖 bookmark_tabs 📑 label 🏷️
newspaper 📰 rolled_up_newspaper 🗞️ scroll 📜 page_facing_up 📄 notebook 📓 ledger 📒 loudspeaker 📢 mega 📣 bell 🔔
no_bell 🔕 postal_horn 📯 mag 🔍 mag_right 🔎 link 🔗

Symbols
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
broken_heart 💔 two_hearts 💕 sparkling_heart 💖 100 💯 anger 💢 speech_balloon 💬 thought_balloon 💭 zzz 💤
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎
heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_division_sign ➗ heavy_multiplication_x ✖️ question ❓ grey_question ❔
exclamation ❗ grey_exclamation ❕ bangbang ‼️ interrobang ⁉️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫
children_crossing 🚸 radioactive_sign ☢️ biohazard_sign ☣️ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️
arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_lower_left ↙️ arrow_upper_left ↖️ arrow_up_down ↕️
left_right_arrow ↔️ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️ arrow_heading_up ⤴️ arrow_heading_down ⤵️
arrows_clockwise 🔃 arrows_counterclockwise 🔄 back 🔙 soon 🔜 top 🔝 recycle ♻️ infinity ♾️ tm ™️ copyright ©️
registered ®️ hash #️⃣ zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣
keycap_ten 🔟 1234 🔢 abc 🔤 information_source ℹ️ id 🆔 sos 🆘 new 🆕 up 🆙 ok 🆗 cool 🆒 free 🆓 red_circle 🔴
large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_red_square 🟥 large_orange_square 🟧
large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪 black_large_square ⬛
white_large_square ⬜ large_orange_diamond 🔶 large_blue_diamond 🔷 small_orange_diamond 🔸 small_blue_diamond 🔹
small_red_triangle 🔺 small_red_triangle_down 🔻 arrow_forward ▶️ double_vertical_bar ⏸️ black_square_for_stop ⏹️
fast_forward ⏩ rewind ⏪ black_right_pointing_double_triangle_with_vertical_bar ⏭️ repeat 🔁
twisted_rightwards_arrows 🔀 arrow_up_small 🔼 arrow_down_small 🔽 signal_strength 📶 vibration_mode 📳
clock1 🕐 clock2 🕑 clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕 clock7 🕖 clock8 🕗 clock9 🕘 clock10 🕙 clock11 🕚
clock12 🕛 checkered_flag 🏁 triangular_flag_on_post 🚩 waving_white_flag 🏳️ waving_black_flag 🏴 rainbow-flag 🏳️‍🌈
`;

/** Other names for the same: a name and its character. */
export const ALIASES = `
thumbsup 👍 thumbsdown 👎 satisfied 😆 simple_smile 🙂 poop 💩 punch 👊 raised_hand ✋ honeybee 🐝
heavy_exclamation_mark ❗ email ✉️ envelope_with_arrow 📩 telephone ☎️ sailboat ⛵ open_book 📖 lady_beetle 🐞
dark_sunglasses 🕶️ lower_left_ballpoint_pen 🖊️ spiral_note_pad 🗒️
us 🇺🇸 de 🇩🇪 gb 🇬🇧 uk 🇬🇧 fr 🇫🇷 es 🇪🇸 it 🇮🇹 jp 🇯🇵 kr 🇰🇷 cn 🇨🇳 ru 🇷🇺
`;
